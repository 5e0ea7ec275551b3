#!/bin/sh
# Starts a program as its own process and tells systemd of its health: READY=1 when its grpc.health.v1 first answers SERVING,
# then WATCHDOG=1 for as long as it does. Node can't send to systemd's datagram socket itself; systemd-notify can.
# usage: start-notifying.sh PROGRAM [ARGUMENT ...], with RHUMBLINE_LISTEN naming where the program serves gRPC.
set -eu
here=$(dirname "$0")
if [ -n "${NOTIFY_SOCKET:-}" ]; then
  "$here/watch-health.sh" "$$" "${RHUMBLINE_LISTEN:?names where the program serves gRPC}" &
fi
# The program takes this process over: it is the unit's main process, and signals reach it. Bytes that it read and is done with
# are given back: glibc raises the threshold with the size of what is freed, where it is not said (mallopt(3)).
exec env -u NOTIFY_SOCKET -u WATCHDOG_USEC -u WATCHDOG_PID MALLOC_TRIM_THRESHOLD_=131072 "$@"
