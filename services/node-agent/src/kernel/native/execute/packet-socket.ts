import { farNumber } from "../far-number.ts";
import { cClose, cCloseElsewhere, cSocket, systemError } from "../libc.ts";

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
/** The others of the pool's four threads are the ear's and the disk's. */
const mostClosing = 2;

const open = new Set<PacketSocket>();
const toBeClosed = new Set<PacketSocket>();
let closing = 0;

/** A socket that frames are sent through. The kernel has whoever closes one wait until no processor can be at work with it,
 *  10 ms and more: other threads do that. An open one keeps its namespace alive. */
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

  /** Not to be called in a namespace: the thread that closes may be born by it. */
  closeSoon(): void {
    if (!this.isOpen) return;
    toBeClosed.add(this);
    closeNext();
  }
}

/** Closes those of a namespace that is about to go, at once. */
export function leavePacketSockets(netns: string): void {
  for (const socket of open) {
    if (socket.netns !== netns) continue;
    forget(socket);
    cClose(socket.fd);
  }
}

function closeNext(): void {
  for (const socket of toBeClosed) {
    if (closing >= mostClosing) return;
    forget(socket);
    closing += 1;
    cCloseElsewhere(socket.fd, () => {
      closing -= 1;
      closeNext();
    });
  }
}

function forget(socket: PacketSocket): void {
  open.delete(socket);
  toBeClosed.delete(socket);
}
