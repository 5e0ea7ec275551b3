import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, connectBus, type Stop, serveNodeReports, serveRegistrations } from "@rhumbline/messaging";
import { NodeReport, RegisterNode } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeReporter } from "../../../services/node-agent/src/report/node-reporter.ts";
import { keepRegistering } from "../../../services/node-agent/src/report/registration.ts";
import { ReportSender } from "../../../services/node-agent/src/report/report-sender.ts";
import { Spool } from "../../../services/node-agent/src/report/spool.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const logger = createLogger("test", "error");
const nodeId = "4d2f7c10-0000-4000-8000-000000000001";
const who = { nodeId, incarnation: "i1", bootId: "b1", agentVersion: "1", backend: "iptables" };

describe("a node's way to the log", () => {
  let folder: string;
  let nats: NatsProcess;
  let bus: Bus;
  let spool: Spool;
  let sender: ReportSender;
  let wakes: number;
  let stops: Stop[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "rhumbline-sender-"));
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger });
    await eventually(() => expect(bus.connected).toBe(true));
    wakes = 0;
    ({ spool } = Spool.open(join(folder, "spool"), 1024 * 1024));
    const reporter = new NodeReporter(folder, who, spool);
    const roomAgain = (): void => {
      wakes += 1;
    };
    sender = new ReportSender({ bus, nodeId, spool, reporter, logger, roomAgain });
    stops = [() => sender.stop()];
  });
  afterEach(async () => {
    for (const stop of stops) stop();
    await bus.close();
    await nats.dispose();
    spool.close();
    rmSync(folder, { recursive: true });
  });

  test("reports arrive in order, each is cut when the log has it", async () => {
    const taken: number[] = [];
    inbox(async ({ seq }) => {
      taken.push(seq);
      return { lastSeq: seq, refusal: "" };
    });
    report(3);
    sender.start();
    await eventually(() => expect(spool.pending).toEqual([]));
    report(1);
    await eventually(() => expect(taken).toEqual([1, 2, 3, 4]));
  });

  test("what the log does not acknowledge is sent again, over a killed NATS too", async () => {
    let lastSeq = 0;
    let asked = 0;
    inbox(async ({ seq }) => {
      asked += 1;
      if (asked < 3) throw new RangeError("the log is away, on purpose");
      if (seq === lastSeq + 1) lastSeq = seq;
      return { lastSeq, refusal: "" };
    });
    report(2);
    sender.start();
    await nats.kill();
    await nats.restart();
    await eventually(() => expect(lastSeq).toBe(2));
    await eventually(() => expect(spool.pending).toEqual([]));
  });

  test("a refused report is kept and sent again", async () => {
    let open = false;
    inbox(async ({ seq }) => (open ? { lastSeq: seq, refusal: "" } : { lastSeq: 0, refusal: "not the writer" }));
    report(1);
    sender.start();
    await eventually(() => expect(spool.pending).toHaveLength(1));
    open = true;
    await eventually(() => expect(spool.pending).toEqual([]));
  });

  test("a hole in the log is filled from the spool", async () => {
    let lastSeq = 0;
    inbox(async ({ seq }) => {
      if (seq === lastSeq + 1) lastSeq = seq;
      return { lastSeq, refusal: "" };
    });
    report(4);
    sender.settle(0);
    sender.start();
    await eventually(() => expect(lastSeq).toBe(4));
  });

  test("a log that lacks what was cut makes the whole state owed, and the reconciler is woken", () => {
    report(5);
    sender.settle(5);
    report(1);
    sender.settle(2);
    expect(spool.lost).toEqual({ fromSeq: 3, toSeq: 6 });
    expect(wakes).toBe(1);
  });

  test("a node that is refused is told why and asks again until it is let in", async () => {
    const heard: string[] = [];
    let refusal = "node id is in use by another host";
    stops.push(
      serveRegistrations(bus, async () => ({ refusal, lastSeq: 7, logId: "", desiredPosition: 0, failoverDelayMs: 0 })),
    );
    const events = {
      accepted: ({ lastSeq }: { lastSeq: number }) => heard.push(`accepted ${lastSeq}`),
      refused: (reason: string) => {
        heard.push(reason);
        refusal = "";
      },
      unanswered: () => heard.push("unanswered"),
    };
    const request = { ...RegisterNode.fromPartial({ bootId: "b1" }), node: Node.fromPartial({ id: nodeId }) };
    stops.push(keepRegistering(bus, request, events, logger).stop);
    await eventually(() => expect(heard.at(-1)).toBe("accepted 7"));
    expect(heard.filter((each) => each !== "unanswered")).toEqual(["node id is in use by another host", "accepted 7"]);
  });

  function inbox(handler: (report: NodeReport) => Promise<{ lastSeq: number; refusal: string }>): void {
    stops.push(serveNodeReports(bus, (_nodeId, received) => handler(received)));
  }

  function report(count: number): void {
    for (let each = 0; each < count; each += 1) spool.outcome([NodeReport.fromPartial({ seq: spool.nextSeq })]);
  }
});
