import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../hosts/place.ts";
import { isAsleep } from "./netlink-socket.ts";
import { waitUntil } from "./wait-until.ts";

export interface PacketCapture {
  /** The packets as they came; opens in Wireshark, and grows while the capture runs. */
  readonly pcapFile: string;
  /** tcpdump's text of each packet so far, with Ethernet addresses and seconds since 1970. */
  packets(): string[];
  /** @returns the text of every packet. */
  stop(): Promise<string[]>;
}

/** Captures what passes a device. Listening when this returns.
 *  @param filter a pcap filter such as `icmp or arp`; everything when empty. */
export async function startCapture(place: Place, device: string, filter = ""): Promise<PacketCapture> {
  const name = `capture-${device}-${randomUUID().slice(0, 8)}`;
  const pcapFile = join(place.logFolder, `${name}.pcap`);
  const output = ["-nn", "-e", "-tt", "-l", "--print", "-U", "-w", pcapFile];
  const tcpdump = await place.spawn(
    // As root to the end: the user that it would change to may not write into the log folder.
    ["tcpdump", "--immediate-mode", "--relinquish-privileges=root", ...output, "-i", device, filter],
    { name },
  );
  const packets = () =>
    readFileSync(tcpdump.outputFile, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  let ended = false;
  void tcpdump.exited.then(() => {
    ended = true;
  });
  const log = () => readFileSync(tcpdump.logFile, "utf8");
  await waitUntil(`tcpdump listens on ${device}`, () => ended || log().includes("listening on"));
  if (ended) throw new Error(`tcpdump in ${place.title}: ${log().trim()}`);
  return {
    pcapFile,
    packets,
    stop: async () => {
      await waitUntil("tcpdump has caught up", () => isAsleep(tcpdump.pid));
      tcpdump.kill("SIGINT");
      await tcpdump.exited;
      return packets();
    },
  };
}
