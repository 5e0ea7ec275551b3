import { helperFolder } from "../../desired/desired-helper.ts";
import { dhcpNamespacePrefix, routerNamespacePrefix } from "../../desired/device-names.ts";
import { namespaceSysctlNames } from "../../desired/namespace-sysctls.ts";
import { concernedDevices } from "../../observed/ownership.ts";

/** How often sysctls, /run/netns and the sets of ipset are looked at: the kernel tells of none, or not of all. */
const lookEverySeconds = 0.5;

/** A program of its own, since Node can neither open netlink sockets nor enter namespaces. It writes a line
 *  "<namespace> <what>" for each change it sees, with "-" for the host; "* ready" once it misses nothing any more,
 *  "* lost" when the kernel had more to tell than was read in time. A line of its standard input names the host's devices
 *  whose sysctls it is to look at beside ours; it ends with its standard input.
 *
 *  It sits in no namespace of ours: with NETLINK_LISTEN_ALL_NSID (netlink(7)) one socket in the host's hears of every
 *  namespace that has an id there. A sysctl file that is kept open is read again without entering, and holds no namespace. */
export const eventsProgram = `
import ctypes, os, re, resource, select, socket, struct, sys, time

SOL_NETLINK, ADD_MEMBERSHIP, LISTEN_ALL_NSID = 270, 1, 8
LINK, NEIGHBOUR, IPV4_ADDRESS, IPV4_ROUTE, IPV6_ADDRESS, IPV6_ROUTE, NSID = 1, 3, 5, 7, 9, 11, 28
NETFILTER, CONNTRACK_NEW, NFTABLES = 12, 1, 7
NEWNSID, GETNSID = 88, 90
BRIDGE_FAMILY, FAILED, STATIC, PERMANENT = 7, 0x20, 0x40, 0x80
CONNTRACK_SUBSYSTEM, IPSET_SUBSYSTEM, NFTABLES_SUBSYSTEM = 1, 6, 10
IPSET_LIST = 7
WHAT = {16: "link", 17: "link", 20: "address", 21: "address", 24: "route", 25: "route", 88: "namespace", 89: "namespace"}
IFNAME = 3
SYSCTLS = ["/proc/sys/" + name.replace(".", "/") for name in "${namespaceSysctlNames.join(" ")}".split()]
FOLDER = "/run/netns"
OURS = re.compile("${concernedDevices}")
named = set()
HELPERS = "${helperFolder}"

libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

def listen(protocol, groups, everywhere=1):
    heard = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
    heard.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
    heard.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, everywhere)
    heard.bind((0, 0))
    heard.setblocking(False)
    for group in groups:
        heard.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
    return heard

routes = listen(socket.NETLINK_ROUTE, [LINK, IPV4_ADDRESS, IPV4_ROUTE, IPV6_ADDRESS, IPV6_ROUTE, NSID])
filters = listen(NETFILTER, [NFTABLES, CONNTRACK_NEW])
# The host's own alone: routers' come and go with every packet.
neighbours = listen(socket.NETLINK_ROUTE, [NEIGHBOUR], 0)
asked = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
asked_of_sets = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETFILTER)

def ask(kind, namespace, *attributes):
    data = struct.pack("=B3x", 0) + b"".join(attributes) + struct.pack("=HHI", 8, 3, namespace)
    asked.send(struct.pack("=IHHII", 16 + len(data), kind, 5, 0, 0) + data)
    answers = []
    while True:  # An answer, if there is one, comes before the acknowledgement.
        answer = asked.recv(4096)
        if struct.unpack_from("=H", answer, 4)[0] == 2:
            return answers
        answers.append(answer)

def id_of(namespace):
    """By which the host's sockets tell its events; given where it has none yet."""
    for _ in range(2):
        for answer in ask(GETNSID, namespace):
            number = struct.unpack_from("=i", answer, 24)[0]
            if number >= 0:
                return number
        ask(NEWNSID, namespace, struct.pack("=HHi", 8, 1, -1))

def enter(namespace):
    if libc.setns(namespace, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")

def open_all(paths):
    return [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in paths if os.path.exists(path)]

def values(files):
    return [os.pread(file, 32, 0) for file in files]

class Files:
    """Sysctl files and what they said last."""
    def __init__(self, paths):
        self.files = open_all(paths)
        self.said = values(self.files)

    def changed(self):
        try:
            before, self.said = self.said, values(self.files)
            return before != self.said
        except OSError:
            return True

    def close(self):
        for file in self.files:
            os.close(file)

class Namespace:
    def __init__(self, name, inode):
        self.inode = inode
        namespace = os.open(FOLDER + "/" + name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.id = id_of(namespace)
            enter(namespace)
            self.sysctls = Files(SYSCTLS)
        finally:
            enter(home)
            os.close(namespace)

def inodes():
    found = {}
    for name in os.listdir(FOLDER) if os.path.isdir(FOLDER) else []:
        if name.startswith(("${routerNamespacePrefix}", "${dhcpNamespacePrefix}")):
            try:
                found[name] = os.stat(FOLDER + "/" + name).st_ino
            except OSError:
                pass  # gone since it was listed
    return found

def concerns(device):
    return device in named or OURS.match(device) is not None

def host_sysctls():
    folder = "/proc/sys/net/ipv6/conf/"
    devices = [name for name in os.listdir(folder) if concerns(name)] if os.path.isdir(folder) else []
    bridges = ["/proc/sys/net/bridge/bridge-nf-call-" + table for table in ("iptables", "ip6tables", "arptables")]
    silence = [folder + device + file for device in devices if device.startswith("brq") for file in ("/addr_gen_mode", "/accept_ra")]
    return Files(bridges + silence + [folder + device + "/disable_ipv6" for device in devices])

namespaces, name_by_id, changes = {}, {}, set()
host, host_is_stale = host_sysctls(), False
helpers, sets = {}, []

def look_for_namespaces():
    found = inodes()
    for name in [name for name in namespaces if namespaces[name].inode != found.get(name)]:
        namespaces.pop(name).sysctls.close()
        changes.add((name, "namespace"))
    for name in found.keys() - namespaces.keys():
        try:
            namespaces[name] = Namespace(name, found[name])
            changes.add((name, "namespace"))
        except OSError:
            pass  # not a namespace, or no longer: tried again with the next look
    name_by_id.clear()
    name_by_id.update({namespace.id: name for name, namespace in namespaces.items()})

def look_at_sysctls():
    global host, host_is_stale
    changes.update((name, "sysctl") for name, namespace in namespaces.items() if namespace.sysctls.changed())
    if host.changed():
        changes.add(("-", "sysctl"))
        host_is_stale = True
    if host_is_stale:
        host.close()
        host, host_is_stale = host_sysctls(), False

def helpers_now():
    """Of each helper whether it runs, and when its files were written."""
    found = {}
    for folder, _, names in os.walk(HELPERS):
        for name in names:
            if name in ("leases", "pid") or name.startswith("."):
                continue
            try:
                found[folder, name] = os.stat(os.path.join(folder, name)).st_mtime_ns
            except OSError:
                pass  # gone since it was listed
        if "pid" in names:
            try:
                with open(os.path.join(folder, "pid")) as file:
                    found[folder] = os.path.exists("/proc/" + file.read().strip())
            except OSError:
                pass
    return found

def look_at_helpers():
    global helpers
    now = helpers_now()
    if now != helpers:
        changes.add(("-", "helper"))
    helpers = now

def sets_now():
    """Of each of our sets of ipset what its header says, the number of its elements among others."""
    if not os.path.isdir("/sys/module/ip_set"):
        return []
    protocol, header_only = struct.pack("=HHB3x", 5, 1, 6), struct.pack("=HH", 8, 6 | 1 << 14) + struct.pack("!I", 4)
    data = struct.pack("=BBH", socket.AF_INET, 0, 0) + protocol + header_only
    asked_of_sets.send(struct.pack("=IHHII", 16 + len(data), IPSET_SUBSYSTEM << 8 | IPSET_LIST, 0x301, 0, 0) + data)
    found = []
    while True:
        answers, at = asked_of_sets.recv(65536), 0
        while at + 16 <= len(answers):
            length, kind = struct.unpack_from("=IH", answers, at)
            if kind in (2, 3):
                return found
            if b"rhumbline-" in answers[at:at + length]:
                found.append(answers[at + 16:at + length])
            at += max(16, (length + 3) & ~3)

def look_at_sets():
    global sets
    now = sets_now()
    if now != sets:
        changes.add(("-", "sets"))
    sets = now

def device_of(message):
    """The name that a message about a link carries."""
    at = 32
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, at)
        if kind == IFNAME:
            return message[at + 4:at + length - 1].decode()
        at += max(4, (length + 3) & ~3)
    return ""

def note_route(number, kind, sender, message):
    global host_is_stale
    what = WHAT.get(kind)
    if number is None and what == "link":
        changes.add(("-", "link"))
        host_is_stale = host_is_stale or concerns(device_of(message))
    elif what == "namespace" or (number is not None and number not in name_by_id):
        return True  # a namespace came or went, or spoke before its name was known
    elif number is not None and what is not None:
        changes.add((name_by_id[number], what))

def note_neighbour(number, kind, sender, message):
    """What is put there or taken away; what a bridge or a host learns and forgets is not told."""
    if len(message) < 28 or kind not in (28, 29):
        return
    family, state = message[16], struct.unpack_from("=H", message, 24)[0]
    if state & (STATIC | PERMANENT if family == BRIDGE_FAMILY else PERMANENT | FAILED):
        changes.add(("-", "forwarding"))

def note_filter(number, kind, sender, message):
    if number is None and kind >> 8 == NFTABLES_SUBSYSTEM:
        changes.add(("-", "rules"))
    if number not in name_by_id:
        return number is not None
    if kind >> 8 == NFTABLES_SUBSYSTEM:
        changes.add((name_by_id[number], "rules"))
    # A connection that packets made has no sender: only those that a program put in are of interest.
    if kind >> 8 == CONNTRACK_SUBSYSTEM and sender != 0:
        changes.add((name_by_id[number], "connections"))

def read(heard, note):
    unknown = False
    while True:
        try:
            data, control, _, _ = heard.recvmsg(65536, 64)
        except BlockingIOError:
            return unknown
        except OSError:  # ENOBUFS
            changes.add(("*", "lost"))
            continue
        number = next((struct.unpack("=i", value)[0] for _, kind, value in control if kind == LISTEN_ALL_NSID), None)
        at = 0
        while at + 16 <= len(data):
            length, kind, _, _, sender = struct.unpack_from("=IHHII", data, at)
            unknown = note(number, kind, sender, data[at:at + length]) or unknown
            at += max(16, (length + 3) & ~3)

look_for_namespaces()
helpers, sets = helpers_now(), sets_now()
changes, asked_for = {("*", "ready")}, b""
next_look = time.monotonic() + ${lookEverySeconds}
while True:
    sys.stdout.writelines(name + " " + what + "\\n" for name, what in changes)
    sys.stdout.flush()
    changes.clear()
    ready, _, _ = select.select([0, routes, filters, neighbours], [], [], max(0, next_look - time.monotonic()))
    if 0 in ready:
        told = os.read(0, 65536)
        if told == b"":
            sys.exit(0)
        asked_for += told
        *lines, asked_for = asked_for.split(b"\\n")
        if lines:
            named = set(lines[-1].decode().split())
            host_is_stale = True
    notes = ((routes, note_route), (filters, note_filter), (neighbours, note_neighbour))
    unknown = [read(heard, note) for heard, note in notes if heard in ready]
    due = time.monotonic() >= next_look
    if due or any(unknown):
        look_for_namespaces()
    if due:
        look_at_sysctls()
        look_at_helpers()
        look_at_sets()
        next_look = time.monotonic() + ${lookEverySeconds}
`;
