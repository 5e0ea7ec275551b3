#!/bin/sh
# What the emulated machine runs in place of an init system: the tests, and then it is off.
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=1 NO_COLOR=1 TMPDIR=/tmp
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
# shellcheck disable=SC1090 # written by run-tests.sh: repository, modules, busybox and the tests' names
. "$(tr ' ' '\n' </proc/cmdline | sed -n 's/^rhumbline\.told=//p')"
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mount -t tmpfs shm /dev/shm
mount -t devpts devpts /dev/pts
for stream in fd:fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do ln -sfn "/proc/self/${stream#*:}" "/dev/${stream%:*}"; done
# A kernel that wants a module calls this program.
mkdir -p /lib/modules
ln -sfn "$modules/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
ln -sfn "$busybox" /sbin/modprobe
echo /sbin/modprobe >/proc/sys/kernel/modprobe
modprobe br_netfilter
ip link set lo up
hostname vm
cd "$repository" || exit
if RHUMBLINE_PATIENCE=20 node_modules/.bin/vitest run "$@"; then echo "vm: passed"; else echo "vm: failed"; fi
echo o >/proc/sysrq-trigger
sleep 60
