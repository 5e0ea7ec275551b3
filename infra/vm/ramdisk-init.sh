#!/bin/busybox sh
# The emulated machine's first program: puts memory over the other machine's files, and goes on in there.
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
# In the order in which they need each other.
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci fuse virtiofs overlay; do
  insmod "/modules/$module.ko"
done
mount -t virtiofs -o ro host /host || poweroff -f
mount -t tmpfs -o size=2G memory /memory
mkdir /memory/written /memory/work
mount -t overlay -o lowerdir=/host,upperdir=/memory/written,workdir=/memory/work overlay /root || poweroff -f
exec switch_root /root "$(tr ' ' '\n' </proc/cmdline | sed -n 's/^rhumbline\.init=//p')"
