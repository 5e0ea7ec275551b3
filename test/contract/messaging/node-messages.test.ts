import {
  type Bus,
  connectBus,
  registerNode,
  sendNodeHeartbeat,
  sendNodeReport,
  serveNodeReports,
  serveRegistrations,
  watchHeartbeats,
} from "@rhumbline/messaging";
import { NodeHeartbeat, NodeReport, RegisterNode } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { ExecutedOperation, NodeChangesApplied } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const logger = createLogger("test", "error");

describe("what nodes and their inbox say to each other", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger });
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    await bus.close();
    await nats.dispose();
  });

  test("a registration is answered with the last report the log has, and the node is the subject's", async () => {
    serveRegistrations(bus, async (nodeId, request) => ({
      refusal: nodeId === "node-1" && request.bootId === "b1" ? "" : "who?",
      lastSeq: 7,
      logId: "log-a",
      desiredPosition: 12,
      failoverDelayMs: 1000,
    }));
    const request = RegisterNode.fromPartial({ bootId: "b1", incarnation: "i1" });
    const accepted = { refusal: "", lastSeq: 7, logId: "log-a", desiredPosition: 12, failoverDelayMs: 1000 };
    expect(await registerNode(bus, "node-1", request)).toEqual(accepted);
    expect((await registerNode(bus, "node-2", request)).refusal).toBe("who?");
  });

  test("a report arrives as it was sent and its acknowledgement comes back", async () => {
    const inbox: NodeReport[] = [];
    serveNodeReports(bus, async (_nodeId, report) => {
      inbox.push(report);
      return { lastSeq: report.seq, refusal: "" };
    });
    const operation = ExecutedOperation.fromPartial({ text: "link add", outcome: "OPERATION_OUTCOME_DONE" });
    const changes = NodeChangesApplied.fromPartial({ nodeId: "node-1", seq: 3, trigger: "TRIGGER_DRIFT" });
    const report: NodeReport = {
      ...NodeReport.fromPartial({ seq: 3 }),
      report: { $case: "changes", value: { ...changes, operations: [operation] } },
    };
    expect(await sendNodeReport(bus, "node-1", report)).toEqual({ lastSeq: 3, refusal: "" });
    expect(inbox).toEqual([report]);
  });

  test("garbage is not answered and does not stop the inbox", async () => {
    serveNodeReports(bus, async (_nodeId, report) => ({ lastSeq: report.seq, refusal: "" }));
    await expect(bus.request("rhumbline.node.node-1.report", new TextEncoder().encode("{"), 500)).rejects.toThrow();
    expect((await sendNodeReport(bus, "node-1", NodeReport.fromPartial({ seq: 1 }))).lastSeq).toBe(1);
  });

  test("heartbeats of all nodes are heard by everyone who listens", async () => {
    const heard: string[] = [];
    for (const replica of ["a", "b"])
      watchHeartbeats(bus, (nodeId, beat) => heard.push(`${replica} ${nodeId} ${beat.position}`), logger);
    await eventually(() => {
      sendNodeHeartbeat(bus, "node-1", NodeHeartbeat.fromPartial({ incarnation: "i1", position: 9 }));
      expect(heard).toContain("a node-1 9");
      expect(heard).toContain("b node-1 9");
    });
  });
});
