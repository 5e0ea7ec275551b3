/** How often each peer is asked. */
export const probeEveryMs = 200;

/** A program of its own, since Node can't open ICMP sockets. Each line of its standard input names the addresses to probe,
 *  in place of those before. As it begins to ask all of them it writes a line: the addresses that answered since the last
 *  one. While it has nobody to ask it writes none. It ends with its standard input. RFC 792 and RFC 4443; the kernel of the
 *  peer answers, no agent does. */
export const probeProgram = `
import os, select, socket, struct, sys, time

EVERY = ${probeEveryMs} / 1000
ID = os.getpid() & 0xffff
V4, V6 = 4, 6

def opened(family, protocol):
    try:
        probe = socket.socket(family, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        probe.setblocking(False)
        return probe
    except OSError:
        return None

sockets = {V4: opened(socket.AF_INET, socket.IPPROTO_ICMP), V6: opened(socket.AF_INET6, socket.IPPROTO_ICMPV6)}

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff

def ask(address, number):
    version = V6 if ":" in address else V4
    kind = 128 if version == V6 else 8
    body = b"rhumbline"[:8]
    packet = struct.pack("!BBHHH", kind, 0, 0, ID, number & 0xffff) + body
    if version == V4:
        packet = packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]
    try:
        sockets[version].sendto(packet, (address, 0))
    except (OSError, AttributeError):
        pass  # not routable now: it is not answered

def hear(version):
    while True:
        try:
            data, sender = sockets[version].recvfrom(512)
        except OSError:
            return
        if version == V4:
            data = data[(data[0] & 15) * 4:]
        if len(data) >= 8 and data[0] == (129 if version == V6 else 0) and struct.unpack("!H", data[4:6])[0] == ID:
            answered.add(sender[0].split("%")[0])

addresses, answered, number, due, pending = [], set(), 0, time.monotonic(), b""
files = {sock: version for version, sock in sockets.items() if sock is not None}
while True:
    ready, _, _ = select.select([sys.stdin, *files], [], [], max(0, due - time.monotonic()) if addresses else None)
    for file in ready:
        if file in files:
            hear(files[file])
            continue
        read = os.read(0, 65536)
        if read == b"":
            sys.exit()
        *lines, pending = (pending + read).split(b"\\n")
        if lines:
            addresses = lines[-1].decode().split()
    if addresses and time.monotonic() >= due:
        due = time.monotonic() + EVERY
        number += 1
        print(*sorted(answered), flush=True)
        answered.clear()
        for address in addresses:
            ask(address, number)
`;
