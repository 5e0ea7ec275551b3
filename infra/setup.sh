#!/bin/sh
# Installs the Debian packages that the lab, the tests and the demo start programs of. Does nothing when all are there.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# One program of each package, as program:package.
programs="ip:iproute2 ping:iputils-ping arping:iputils-arping iptables:iptables nft:nftables conntrack:conntrack nats-server:nats-server
tcpdump:tcpdump strace:strace sysctl:procps nsenter:util-linux python3:python3 curl:curl dnsmasq:dnsmasq-base radvd:radvd ipset:ipset busybox:busybox dhclient:isc-dhcp-client update-ca-certificates:ca-certificates"

missing=
for each in $programs; do
  command -v "${each%:*}" >/dev/null || missing="$missing ${each#*:}"
done
if [ -z "$missing" ]; then
  echo "setup: all packages are installed"
  exit 0
fi

install="apt-get install --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
  echo "setup: missing:$missing. These are Debian's package names; install them with this system's package manager." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "setup: missing:$missing. Installing needs root: sudo $install" >&2
  exit 1
fi

# Packages start their services when they are installed, nats-server among them. Debian asks this program first; 101
# means no. A service that runs already is not touched, and a policy that the machine has stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# One lock is shared by everything that installs on the machine: wait for it instead of failing.
apt="apt-get -q -y -o DPkg::Lock::Timeout=120"
$apt update
# shellcheck disable=SC2086 # one word a package
$apt install --no-install-recommends $missing

# Nor is it to start at the next boot: the lab runs its own.
case $missing in
  *nats-server*) ! command -v systemctl >/dev/null || systemctl disable --quiet nats-server.service || : ;;
esac
echo "setup: done"
