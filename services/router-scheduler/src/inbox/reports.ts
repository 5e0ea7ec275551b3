import { DomainError } from "@rhumbline/event-sourcing";
import { type Bus, type Stop, serveNodeReports } from "@rhumbline/messaging";
import type { NodeReport, NodeReportReply } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { ServiceContext } from "@rhumbline/service";
import { inSpan } from "@rhumbline/telemetry";
import { realised, type SchedulerState } from "../read-model/state.ts";
import { decideRealised } from "../realised/decide.ts";
import type { RealisedEvent } from "../realised/events.ts";
import { rememberIntentTimes } from "./intent-times.ts";
import { nodeContext } from "./node-context.ts";

/** Takes nodes' reports into the log, each once and in order, and answers how far the log has come: an agent sends again
 *  what follows. */
export function serveReports({ fold, executor, log }: ServiceContext<SchedulerState>, bus: Bus): Stop {
  const intents = rememberIntentTimes(fold);
  const take = async (nodeId: string, report: NodeReport): Promise<NodeReportReply> => {
    const { lastSeq } = realised.select(fold.state, nodeId);
    if (!fold.state.nodes.has(nodeId)) return { lastSeq, refusal: `node ${nodeId} is not registered` };
    const event = eventIn(nodeId, report);
    if (event === undefined) return { lastSeq, refusal: "the report is of a kind that is not known here" };
    const record = { type: "RecordReport", report: event } as const;
    return inSpan("record report", { role: "consumer", parent: report.traceparent }, async (traceparent) => {
      const { correlationId, causationId } = report;
      const context = nodeContext(nodeId, { correlationId, causationId, ...(traceparent && { traceparent }) });
      const { aggregate } = await executor.execute(realised, nodeId, (node) => decideRealised(record, node), context);
      const isNew = report.seq > lastSeq;
      if (isNew && event.type === "NodeChangesApplied") intents.applied(event.data);
      return { lastSeq: aggregate.lastSeq, refusal: "" };
    });
  };
  const stop = serveNodeReports(bus, async (nodeId, report) => {
    try {
      return await take(nodeId, report);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      log.warn({ err: error, nodeId, seq: report.seq }, "could not take a report");
      return { lastSeq: realised.select(fold.state, nodeId).lastSeq, refusal: error.message };
    }
  });
  return () => {
    stop();
    intents.stop();
  };
}

/** The report as an event; node and seq are those of its envelope. */
function eventIn(nodeId: string, { seq, report }: NodeReport): RealisedEvent | undefined {
  switch (report?.$case) {
    case undefined:
      return undefined;
    case "started":
      return { type: "NodeStarted", data: { ...report.value, nodeId, seq } };
    case "changes":
      return { type: "NodeChangesApplied", data: { ...report.value, nodeId, seq } };
    case "lost":
      return { type: "NodeReportsLost", data: { ...report.value, nodeId, seq } };
    default:
      return report satisfies never;
  }
}
