#!/bin/sh
# usage: watch-health.sh PID HOST:PORT. Runs for as long as PID does.
set -eu
pid=$1 address=$2

# Three times within systemd's patience; once a second where no watchdog is asked for, to find the moment of readiness.
every=1
[ -z "${WATCHDOG_USEC:-}" ] || every=$((WATCHDOG_USEC / 3000000))
[ "$every" -gt 0 ] || every=1

# grpc.health.v1.Health/Check of the whole server. A gRPC message has five bytes before it: not compressed, and its length.
# The request is empty; field 1 of the answer = 1 says SERVING.
serving() {
  answer=$(printf '\0\0\0\0\0' | curl --silent --max-time 2 --http2-prior-knowledge --data-binary @- \
    --header 'content-type: application/grpc' --header 'te: trailers' \
    "http://$address/grpc.health.v1.Health/Check" | od -An -tx1 | tr -d ' \n')
  [ "$answer" = 00000000020801 ]
}

ready=
while kill -0 "$pid" 2>/dev/null; do
  if serving; then
    if [ -z "$ready" ]; then
      systemd-notify --ready --status="serving at $address"
      ready=yes
    fi
    systemd-notify WATCHDOG=1
    sleep "$every"
  else
    sleep 1
  fi
done
