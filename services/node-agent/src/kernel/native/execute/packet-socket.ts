import { farNumber } from "../far-number.ts";
import { cClose, cCloseElsewhere, cSendto, cSendtoElsewhere, cSocket, systemError } from "../libc.ts";

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
/** How many are sent through or closed at a time. The others of the pool's four threads are the ear's and the disk's. */
const mostElsewhere = 2;
/** Of struct sockaddr_ll (packet(7)). */
const addressBytes = 20;
const macLength = 6;
/** As small a memory as the engine does not move about, and larger than any message. */
const messageBytes = 128;

/** A frame on its way, behind the address that it goes to. */
interface Sending {
  readonly socket: PacketSocket;
  readonly address: Buffer;
  readonly frame: Buffer;
  readonly failed: (error: Error) => void;
}

const open = new Set<PacketSocket>();
const toBeClosed = new Set<PacketSocket>();
const toBeSent = new Set<Sending>();
const unsent = new Map<PacketSocket, number>();
let elsewhere = 0;

/** A socket that frames are sent through. To the thread that sends one falls what becomes of it in every namespace that a bridge
 *  floods it to; and the kernel has whoever closes a socket wait until no processor can be at work with it, 10 ms and more:
 *  other threads do both. An open one keeps its namespace alive. */
export class PacketSocket {
  readonly netns: string;
  readonly fd: number;

  /** In the namespace that the thread is in.
   *  @throws Error in the C library's words. */
  constructor(netns: string) {
    this.netns = netns;
    const socket = cSocket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
    if (socket < 0) throw systemError("socket");
    const far = farNumber(socket);
    if (far !== undefined) cClose(socket);
    this.fd = far ?? socket;
    open.add(this);
  }

  get isOpen(): boolean {
    return open.has(this);
  }

  /** Not to be called in a namespace, as little as closeSoon: the thread that does it may be born by it.
   *  @param index of the device that it goes out of.
   *  @param failed told in the C library's words why it could not be sent. */
  send(index: number, frame: Buffer, failed: (error: Error) => void): void {
    const message = Buffer.alloc(messageBytes);
    const address = message.subarray(0, addressBytes);
    address.writeUInt16LE(AF_PACKET, 0);
    // Protocol and destination as in the frame itself.
    frame.copy(address, 2, 2 * macLength, 2 * macLength + 2);
    address.writeInt32LE(index, 4);
    address.writeUInt8(macLength, 11);
    frame.copy(address, 12, 0, macLength);
    frame.copy(message, addressBytes);
    const kept = message.subarray(addressBytes, addressBytes + frame.length);
    toBeSent.add({ socket: this, address, frame: kept, failed });
    unsent.set(this, unsentThrough(this) + 1);
    goOn();
  }

  /** Once everything is sent. */
  closeSoon(): void {
    if (!this.isOpen) return;
    open.delete(this);
    toBeClosed.add(this);
    goOn();
  }
}

/** Closes those of a namespace that is about to go: at once, but where another thread is at work with one. */
export function leavePacketSockets(netns: string): void {
  for (const sending of toBeSent) {
    if (sending.socket.netns !== netns) continue;
    toBeSent.delete(sending);
    wasSent(sending.socket);
  }
  for (const socket of [...open, ...toBeClosed]) {
    if (socket.netns !== netns) continue;
    open.delete(socket);
    toBeClosed.delete(socket);
    if (unsentThrough(socket) > 0) toBeClosed.add(socket);
    else cClose(socket.fd);
  }
}

function goOn(): void {
  while (elsewhere < mostElsewhere) {
    const [next] = toBeSent;
    const idle = next === undefined ? firstIdle() : undefined;
    if (next !== undefined) {
      toBeSent.delete(next);
      sendElsewhere(next);
    } else if (idle !== undefined) {
      toBeClosed.delete(idle);
      cCloseElsewhere(idle.fd, workedElsewhere());
    } else return;
  }
}

function firstIdle(): PacketSocket | undefined {
  for (const socket of toBeClosed) if (unsentThrough(socket) === 0) return socket;
  return undefined;
}

function sendElsewhere({ socket, address, frame, failed }: Sending): void {
  const worked = workedElsewhere();
  cSendtoElsewhere(socket.fd, frame, address, (bytes) => {
    // Why it was not sent that thread alone could say: so it is tried here once more.
    if (bytes < 0 && cSendto(socket.fd, frame, frame.length, 0, address, address.length) < 0)
      failed(systemError("sendto"));
    wasSent(socket);
    worked();
  });
}

/** @returns to be called when it is done. */
function workedElsewhere(): () => void {
  elsewhere += 1;
  return () => {
    elsewhere -= 1;
    goOn();
  };
}

const unsentThrough = (socket: PacketSocket): number => unsent.get(socket) ?? 0;

function wasSent(socket: PacketSocket): void {
  const left = unsentThrough(socket) - 1;
  if (left === 0) unsent.delete(socket);
  else unsent.set(socket, left);
}
