#!/bin/sh
# Runs tests on Debian's own kernel in an emulated machine: for what the kernel of this one lacks, 802.1q say.
#
#   infra/vm/run-tests.sh test/netns/vlan
#
# Needs root, qemu-system-x86_64, virtiofsd and apt-get. The emulated machine sees this one's files and changes none: what it
# writes stays in its memory. It takes some twenty times as long as the same tests here: RHUMBLINE_PATIENCE gives them as much more time.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rhumbline-vm
virtiofsd=/usr/lib/qemu/virtiofsd
[ $# -gt 0 ] || { echo "vm: name the tests to run, like test/netns/vlan" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "vm: needs root: the emulated machine sees the files of this one" >&2; exit 1; }
for program in qemu-system-x86_64 "$virtiofsd" apt-get; do
  command -v "$program" >/dev/null || { echo "vm: $program is missing: it is in qemu-system-x86, qemu-system-common, apt" >&2; exit 1; }
done

# The kernel's package and a shell that needs no libraries, unpacked and installed nowhere.
if [ ! -e "$cache/initrd" ]; then
  rm -rf "$cache" && mkdir -p "$cache/packages"
  kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2 }')
  (cd "$cache/packages" && apt-get -q -o APT::Sandbox::User=root download "$kernel" busybox-static)
  for package in "$cache"/packages/*.deb; do dpkg -x "$package" "$cache/root"; done
  "$cache/root/bin/busybox" depmod -b "$cache/root" "$(ls "$cache/root/lib/modules")"
  mkdir -p "$cache/ramdisk/bin" "$cache/ramdisk/modules" "$cache/ramdisk/host" "$cache/ramdisk/memory" "$cache/ramdisk/root"
  cp "$cache/root/bin/busybox" "$cache/ramdisk/bin/"
  for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci fuse virtiofs overlay; do
    cp "$(find "$cache/root/lib/modules" -name "$module.ko")" "$cache/ramdisk/modules/"
  done
  install -m 755 "$here/ramdisk-init.sh" "$cache/ramdisk/init"
  (cd "$cache/ramdisk" && find . | "$cache/root/bin/busybox" cpio -o -H newc 2>/dev/null | gzip >"$cache/initrd.new")
  mv "$cache/initrd.new" "$cache/initrd"
fi

run=$(mktemp -d)
trap 'kill "$sharing" 2>/dev/null || :; rm -rf "$run"' EXIT
trap 'exit 1' HUP INT TERM
"$virtiofsd" --socket-path="$run/files" -o source=/ -o cache=always -o sandbox=chroot >"$run/virtiofsd.log" 2>&1 &
sharing=$!
until [ -S "$run/files" ]; do
  kill -0 "$sharing" 2>/dev/null || { cat "$run/virtiofsd.log" >&2; exit 1; }
  sleep 0.1
done
quoted() { printf " '"; printf %s "$1" | sed "s/'/'\\\\''/g"; printf "'"; }
{
  echo "repository='$repository' modules='$cache/root' busybox='$cache/root/bin/busybox'"
  printf 'set --'
  for word in "$@"; do quoted "$word"; done
} >"$run/told"
qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu max -smp 2 -m 4G -display none -serial stdio -no-reboot \
  -object memory-backend-memfd,id=memory,size=4G,share=on -numa node,memdev=memory \
  -chardev "socket,id=files,path=$run/files" -device vhost-user-fs-pci,chardev=files,tag=host \
  -kernel "$cache"/root/boot/vmlinuz-* -initrd "$cache/initrd" \
  -append "console=ttyS0 quiet panic=-1 rhumbline.init=$here/init.sh rhumbline.told=$run/told" </dev/null | tee "$run/printed"
grep -q "^vm: passed" "$run/printed"
