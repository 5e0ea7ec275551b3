import { connect } from "node:net";
import { createInterface } from "node:readline";

/** A call of a process, and the calls that are made in turn before it is answered. */
export interface Hop {
  readonly to: string;
  readonly then: readonly Hop[];
}

export interface HopCaller {
  /** Settles with the answer. */
  call(hop: Hop): Promise<void>;
  close(): void;
}

/** Calls a process on this machine by lines over TCP: less no two processes can exchange.
 *  @param port its. */
export function hopCaller(port: number): HopCaller {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const waiting: (() => void)[] = [];
  createInterface(socket).on("line", () => waiting.shift()?.());
  return {
    call: (hop) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        socket.write(`${JSON.stringify(hop)}\n`);
      }),
    close: () => socket.destroy(),
  };
}
