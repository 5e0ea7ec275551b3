#!/bin/sh
# Makes fresh namespaces into a host and stays as its pid 1.
# usage: host-init.sh NAME VAR_LIB_FOLDER HOSTS_FILE, with standard input a pipe that the lab's keeper holds.
set -eu
name=$1 var_lib=$2 hosts_file=$3

hostname "$name"

# Where the resolver's file really is, found before /run is covered: it may be a link into it.
resolv_conf=$(readlink -m /etc/resolv.conf)

# Pid files, sockets and iptables' lock are the host's own.
mount -t tmpfs -o mode=755 tmpfs /run
# Its own shared mount from the start: iproute2 would otherwise bind it over itself later, and every namespace that
# another program had put there would be mounted twice and could not be deleted.
mkdir -p /run/netns /run/lock
mount -t tmpfs -o mode=755 tmpfs /run/netns
mount --make-shared /run/netns

# A fresh sysfs shows this host's network devices.
mount -t sysfs sysfs /sys
# What the host keeps between the lives of its processes.
mount --bind "$var_lib" /var/lib
mount --bind "$hosts_file" /etc/hosts

# No name server can be reached from a lab: fail at once instead of after the usual half minute.
echo "options timeout:1 attempts:1" >/run/resolv.conf
if [ "$resolv_conf" != /etc/resolv.conf ]; then
  mkdir -p "${resolv_conf%/*}"
  [ -e "$resolv_conf" ] || : >"$resolv_conf"
fi
[ ! -e "$resolv_conf" ] || mount --bind /run/resolv.conf "$resolv_conf"

# The host's ends of cables and its bridges carry others' IPv6; what they said themselves would be noise there.
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
ip link set lo up

echo ready
# Pid 1 ends when the keeper lets go of the pipe, even by SIGKILL; the kernel then ends every process of the host and
# takes its devices, namespaces and mounts. SIGCHLD ignored: orphans are reaped by the kernel.
exec env --ignore-signal=CHLD cat >/dev/null 2>&1
