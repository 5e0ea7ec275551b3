import koffi from "koffi";
import { cBind, cClose, cRecvmsg, cSetsockopt, cSocket, EAGAIN, errno, systemError } from "../libc.ts";

const AF_NETLINK = 16;
/** Never waits: there is something to read, or there isn't. */
const SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0x80000 | 0x800;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_LISTEN_ALL_NSID = 8;
const ENOBUFS = 105;
const headerBytes = 16;
const roomBytes = 8 << 20;

/** Something that the kernel told whoever listens. */
export interface KernelEvent {
  /** By which the host knows the namespace that it is about; undefined: the host's own. */
  readonly namespaceId: number | undefined;
  readonly type: number;
  /** Port of the socket that caused it; 0: the kernel itself. */
  readonly sender: number;
  /** Good until the next one is read. */
  readonly body: Buffer;
}

/** What recvmsg(2) fills, by struct msghdr and struct iovec (64 bits): one for all sockets, which are read one at a time.
 *  All of it is one piece of memory: the engine moves small ones about, whatever points at them. */
const memory = Buffer.alloc(64 * 1024 + 256);
const message = memory.subarray(0, 56);
const vector = memory.subarray(64, 80);
const control = memory.subarray(128, 192);
const data = memory.subarray(256);
vector.writeBigUInt64LE(koffi.address(data), 0);
vector.writeBigUInt64LE(BigInt(data.length), 8);
message.writeBigUInt64LE(koffi.address(vector), 16);
message.writeBigUInt64LE(1n, 24);
message.writeBigUInt64LE(koffi.address(control), 32);
const controlLengthAt = 40;

/** A socket on which the kernel tells of changes. */
export class EventSocket {
  readonly #fd: number;

  get fd(): number {
    return this.#fd;
  }

  /** @param everywhere of the namespaces too that have an id on the host (netlink(7), NETLINK_LISTEN_ALL_NSID).
   *  @throws Error in the C library's words. */
  constructor(family: number, groups: readonly number[], everywhere: boolean) {
    this.#fd = cSocket(AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, family);
    if (this.#fd < 0) throw systemError("socket");
    this.#set(SOL_SOCKET, SO_RCVBUFFORCE, roomBytes);
    if (everywhere) this.#set(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1);
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF_NETLINK, 0);
    if (cBind(this.#fd, address, address.length) !== 0) throw systemError("bind");
    for (const group of groups) this.#set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
  }

  /** Reads what has come.
   *  @returns whether all of it was read; false: the kernel had more to tell than there was room for. */
  read(take: (event: KernelEvent) => void): boolean {
    let whole = true;
    for (;;) {
      message.writeBigUInt64LE(BigInt(control.length), controlLengthAt);
      const length = cRecvmsg(this.#fd, message, 0);
      if (length >= 0) takeEach(length, take);
      else if (errno() === ENOBUFS) whole = false;
      else if (errno() === EAGAIN) return whole;
      else throw systemError("recvmsg");
    }
  }

  close(): void {
    cClose(this.#fd);
  }

  #set(level: number, name: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    if (cSetsockopt(this.#fd, level, name, bytes, bytes.length) !== 0) throw systemError("setsockopt");
  }
}

function takeEach(length: number, take: (event: KernelEvent) => void): void {
  const namespaceId = namespaceIdTold();
  for (let at = 0; at + headerBytes <= length; ) {
    const size = data.readUInt32LE(at);
    if (size < headerBytes) return;
    take({
      namespaceId,
      type: data.readUInt16LE(at + 4),
      sender: data.readUInt32LE(at + 12),
      body: data.subarray(at + headerBytes, at + size),
    });
    at += (size + 3) & ~3;
  }
}

/** In the one control message that there may be (struct cmsghdr: length, level, type). */
function namespaceIdTold(): number | undefined {
  const told = Number(message.readBigUInt64LE(controlLengthAt)) >= 20;
  if (!told || control.readInt32LE(8) !== SOL_NETLINK || control.readInt32LE(12) !== NETLINK_LISTEN_ALL_NSID)
    return undefined;
  return control.readInt32LE(16);
}
