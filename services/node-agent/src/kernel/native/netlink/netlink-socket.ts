import { cClose, cRecv, cSend, cSetsockopt, cSocket, errno, errnoWords, systemError } from "../libc.ts";
import { readAttributes, readText } from "./attributes.ts";

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const headerBytes = 16;
/** A kernel that does not answer in this time never will: netlink answers within the call. */
const answerTimeoutSeconds = 30;

/** Families of netlink (netlink(7)). */
export const netlinkFamily = { route: 0, netfilter: 12 } as const;

/** Whether what is made may stand already, and whether it is told what was made. */
export const requestFlags = { create: 0x400, exclusive: 0x200, replace: 0x100, append: 0x800, echo: 0x8 } as const;

export interface NetlinkRequest {
  readonly type: number;
  readonly flags?: number;
  /** The family's own header and its attributes. */
  readonly body: Buffer;
}

export interface NetlinkAnswer {
  readonly type: number;
  readonly body: Buffer;
}

/** What the kernel refused, in its own words where it gives any. */
export class NetlinkRefusal extends Error {
  override readonly name = "NetlinkRefusal";
  readonly errno: number;

  constructor(number: number, words: string) {
    super(words === "" ? errnoWords(number) : `${errnoWords(number)}: ${words}`);
    this.errno = number;
  }
}

const received = Buffer.alloc(256 * 1024);
/** Most messages have room in it. */
const sent = Buffer.alloc(16 * 1024);

const on = Buffer.from([1, 0, 0, 0]);
const receiveRoom = Buffer.alloc(4);
receiveRoom.writeUInt32LE(4 << 20);
const answerTimeout = Buffer.alloc(16);
answerTimeout.writeBigInt64LE(BigInt(answerTimeoutSeconds), 0);

/** A socket to the kernel. It belongs for good to the network namespace that its thread was in when it was opened. */
export class NetlinkSocket {
  readonly #fd: number;
  #sequence = 0;

  /** @throws Error with the C library's words. */
  constructor(family: number) {
    this.#fd = cSocket(AF_NETLINK, SOCK_RAW_CLOEXEC, family);
    if (this.#fd < 0) throw systemError("socket");
    // An answer doesn't repeat the request, and says in words what was wrong with it.
    cSetsockopt(this.#fd, SOL_NETLINK, NETLINK_CAP_ACK, on, on.length);
    cSetsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, on, on.length);
    cSetsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveRoom, receiveRoom.length);
    cSetsockopt(this.#fd, SOL_SOCKET, SO_RCVTIMEO, answerTimeout, answerTimeout.length);
  }

  /** Sends the requests in one message and waits until the kernel has dealt with each, in order. It goes on behind a
   *  refusal.
   *  @returns for each request why it was refused; undefined: it was done. */
  run(requests: readonly NetlinkRequest[]): (NetlinkRefusal | undefined)[] {
    if (requests.length === 0) return [];
    const first = this.#sequence + 1;
    this.#send(requests, NLM_F_REQUEST | NLM_F_ACK);
    const outcomes: (NetlinkRefusal | undefined)[] = requests.map(() => undefined);
    for (let acknowledged = 0; acknowledged < requests.length; ) {
      for (const { type, flags, sequence, body } of this.#receive()) {
        if (type !== NLMSG_ERROR) continue;
        acknowledged += 1;
        outcomes[sequence - first] = refusalIn(body, flags);
      }
    }
    return outcomes;
  }

  /** Asks for one thing; undefined: there is none.
   *  @throws {NetlinkRefusal} */
  get(request: NetlinkRequest): NetlinkAnswer | undefined {
    this.#send([request], NLM_F_REQUEST | NLM_F_ACK);
    let answer: NetlinkAnswer | undefined;
    for (;;) {
      for (const { type, flags, body } of this.#receive()) {
        if (type !== NLMSG_ERROR) {
          answer = { type, body: Buffer.from(body) };
          continue;
        }
        const refusal = refusalIn(body, flags);
        if (refusal !== undefined) throw refusal;
        return answer;
      }
    }
  }

  /** Reads all there is.
   *  @throws {NetlinkRefusal} */
  dump(request: NetlinkRequest): NetlinkAnswer[] {
    this.#send([request], NLM_F_REQUEST | NLM_F_DUMP);
    const answers: NetlinkAnswer[] = [];
    for (;;) {
      for (const { type, flags, body } of this.#receive()) {
        if (type === NLMSG_DONE) return answers;
        if (type === NLMSG_ERROR) throw refusalIn(body, flags) ?? new Error("a dump was acknowledged");
        answers.push({ type, body: Buffer.from(body) });
      }
    }
  }

  close(): void {
    cClose(this.#fd);
  }

  #send(requests: readonly NetlinkRequest[], more: number): void {
    const length = requests.reduce((before, { body }) => before + alignedBytes(headerBytes + body.length), 0);
    const bytes = length <= sent.length ? sent : Buffer.alloc(length);
    let at = 0;
    for (const { type, flags = 0, body } of requests) {
      this.#sequence += 1;
      const size = headerBytes + body.length;
      bytes.fill(0, at, at + headerBytes);
      bytes.writeUInt32LE(size, at);
      bytes.writeUInt16LE(type, at + 4);
      bytes.writeUInt16LE(flags | more, at + 6);
      bytes.writeUInt32LE(this.#sequence, at + 8);
      body.copy(bytes, at + headerBytes);
      bytes.fill(0, at + size, at + alignedBytes(size));
      at += alignedBytes(size);
    }
    if (cSend(this.#fd, bytes, length, 0) !== length) throw systemError("send");
  }

  /** One datagram's messages; good until the next one is received. */
  *#receive(): Generator<{ type: number; flags: number; sequence: number; body: Buffer }> {
    const length = cRecv(this.#fd, received, received.length, 0);
    if (length <= 0) throw new Error(`recv: ${errnoWords(errno())}`);
    for (let at = 0; at + headerBytes <= length; ) {
      const size = received.readUInt32LE(at);
      const type = received.readUInt16LE(at + 4);
      const flags = received.readUInt16LE(at + 6);
      const sequence = received.readUInt32LE(at + 8);
      yield { type, flags, sequence, body: received.subarray(at + headerBytes, at + size) };
      at += alignedBytes(size);
    }
  }
}

/** Messages begin at multiples of four bytes. */
const alignedBytes = (size: number): number => (size + 3) & ~3;

/** Undefined: an acknowledgement. */
function refusalIn(body: Buffer, flags: number): NetlinkRefusal | undefined {
  const number = -body.readInt32LE(0);
  if (number === 0) return undefined;
  return new NetlinkRefusal(number, flags & NLM_F_ACK_TLVS ? extendedWords(body, flags) : "");
}

/** Behind the error's number and the header of the request, and its body where that is repeated. */
function extendedWords(body: Buffer, flags: number): string {
  const requestBytes = flags & NLM_F_CAPPED ? headerBytes : body.readUInt32LE(4);
  return readText(readAttributes(body, 4 + requestBytes).get(NLMSGERR_ATTR_MSG)) ?? "";
}
