import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as immediate, setTimeout as pause } from "node:timers/promises";
import { type Bus, BusUnavailable, connectBus } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** Answers after 30 ms, and leaves word of it in a file. Its arguments: server, file. */
const answererProgram = `
import { writeFileSync } from "node:fs";
import { connect } from "@nats-io/transport-node";
const [, server, answered] = process.argv;
const connection = await connect({ servers: [server] });
connection.subscribe("rhumbline.busy", {
  callback: (error, message) => setTimeout(async () => {
    message.respond("!");
    await connection.flush();
    writeFileSync(answered, "");
  }, 30),
});
await connection.flush();
console.log("serving");
`;

describe("the bus", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;

  beforeEach(async () => {
    nats = await NatsProcess.create();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
  });
  afterEach(async () => {
    await bus.close();
    await nats.dispose();
  });

  test("a program starts without NATS, is told so by its calls, and is connected when NATS comes", async () => {
    expect(bus.connected).toBe(false);
    await expect(bus.request("rhumbline.test", bytes("?"))).rejects.toBeInstanceOf(BusUnavailable);
    bus.publish("rhumbline.test", bytes("dropped"));
    await nats.restart();
    await eventually(() => expect(bus.connected).toBe(true));
  });

  test("what was subscribed before NATS came is heard after it", async () => {
    const heard: string[] = [];
    bus.subscribe("rhumbline.test", (payload) => heard.push(text(payload)));
    await nats.restart();
    await eventually(() => {
      bus.publish("rhumbline.test", bytes("hello"));
      expect(heard).toContain("hello");
    });
  });

  test("requests are answered again after NATS was killed and started", async () => {
    await nats.restart();
    bus.serve("rhumbline.test", async (payload) => bytes(`${text(payload)}!`));
    await eventually(async () => expect(text(await bus.request("rhumbline.test", bytes("a")))).toBe("a!"));
    await nats.kill();
    await eventually(() => expect(bus.connected).toBe(false));
    await expect(bus.request("rhumbline.test", bytes("b"))).rejects.toBeInstanceOf(BusUnavailable);
    await nats.restart();
    await eventually(async () => expect(text(await bus.request("rhumbline.test", bytes("c")))).toBe("c!"));
  });

  test("a request that nobody serves, or whose server fails, is refused as unavailable", async () => {
    await nats.restart();
    await eventually(() => expect(bus.connected).toBe(true));
    await expect(bus.request("rhumbline.nobody", bytes("?"))).rejects.toThrow(/rhumbline\.nobody/);
    bus.serve("rhumbline.failing", () => Promise.reject(new RangeError("broken on purpose")));
    await expect(bus.request("rhumbline.failing", bytes("?"), 500)).rejects.toBeInstanceOf(BusUnavailable);
  });

  test("an answer that came in time counts, however late it is read", async () => {
    await nats.restart();
    await eventually(() => expect(bus.connected).toBe(true));
    const folder = await mkdtemp(join(tmpdir(), "rhumbline-answered-"));
    const answered = join(folder, "yes");
    const answerer = spawn(process.execPath, ["--input-type=module", "-e", answererProgram, nats.url, answered]);
    try {
      await once(answerer.stdout, "data");
      for (let round = 0; round < 5; round += 1) {
        await rm(answered, { force: true });
        const answer = bus.request("rhumbline.busy", bytes("?"), 100);
        await pause(10);
        // Busy where timers are what is seen to next.
        await immediate();
        const askedMs = performance.now();
        while (!existsSync(answered) || performance.now() - askedMs < 200);
        expect(text(await answer)).toBe("!");
      }
    } finally {
      answerer.kill();
      await rm(folder, { recursive: true });
    }
  });

  test("one that sleeps keeps no request from another that serves the same", async () => {
    await nats.restart();
    await eventually(() => expect(bus.connected).toBe(true));
    bus.serve("rhumbline.shared", () => new Promise(() => undefined));
    bus.serve("rhumbline.shared", async () => bytes("awake"));
    for (let round = 0; round < 20; round += 1)
      expect(text(await bus.request("rhumbline.shared", bytes("?")))).toBe("awake");
  });

  test("listeners are told of each connection", async () => {
    let connections = 0;
    bus.onConnected(() => {
      connections += 1;
    });
    await nats.restart();
    await eventually(() => expect(connections).toBe(1));
    await nats.kill();
    await nats.restart();
    await eventually(() => expect(connections).toBe(2));
  });

  test("a bus that never connected closes", async () => {
    await bus.close();
    expect(bus.connected).toBe(false);
  });
});
