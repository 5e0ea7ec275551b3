import { readFileSync } from "node:fs";
import type { LabProcess, Place } from "@rhumbline/infra/lab";
import { expect } from "vitest";
import { echoClient, echoServer } from "../netns/agent/echo-programs.ts";
import { eventually } from "./eventually.ts";

/** A TCP connection whose client asks every 50 ms. */
interface HeldConnection {
  /** So many answers have come. */
  answers(): number;
  /** Undefined while it stands: the last word of its client, ECONNRESET say. */
  end(): string | undefined;
}

/** Starts a server that answers on TCP port 9000. */
export async function serveEcho(place: Place, name: string): Promise<void> {
  const server = await place.spawn(echoServer(name), { name: `echo-${name}` });
  await eventually(() => expect(readFileSync(server.outputFile, "utf8")).toContain("listening"));
}

/** Connects, and waits for the first answer. */
export async function holdConnection(from: Place, address: string, name: string): Promise<HeldConnection> {
  const client: LabProcess = await from.spawn(echoClient(address), { name: `held-${name}` });
  let ended = false;
  void client.exited.then(() => {
    ended = true;
  });
  const lines = (): string[] => readFileSync(client.outputFile, "utf8").split("\n").slice(0, -1);
  const held: HeldConnection = {
    answers: () => lines().length,
    end: () => (ended ? (lines().at(-1) ?? "it said nothing") : undefined),
  };
  await eventually(() => expect(held.answers()).toBeGreaterThan(0));
  return held;
}

/** Waits until it is answered again, as the same connection. */
export async function expectToGoOn(held: HeldConnection): Promise<void> {
  const before = held.answers();
  await eventually(() => expect(held.answers()).toBeGreaterThan(before + 3));
  expect(held.end()).toBeUndefined();
}
