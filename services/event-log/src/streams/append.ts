import { randomUUID } from "node:crypto";
import { AppendReq, AppendResp, type StreamOptions } from "@rhumbline/proto/kurrent/streams";
import type { GrpcCall } from "../server/grpc-call.ts";
import { decodeRequest, encodeAnswer } from "../server/handlers.ts";
import type { AppendEvents, ExpectedRevision, Outcome, ProposedEvent } from "../store/change.ts";
import type { EventLog } from "../store/event-log.ts";
import { parseEvent, proposedBytes, requireExpected } from "./proposed-event.ts";
import { appendTooLarge, invalid, maxAppendBytes, partlyWritten, refusalOf, streamDeleted } from "./refusals.ts";
import { requireStreamName } from "./stream-name.ts";

/** Streams/Append: one append a call. The client uses it when a call brings credentials of its own. */
export async function append(call: GrpcCall, log: EventLog): Promise<void> {
  const change = await collect(call);
  const outcome = await log.change(change).catch((cause: unknown) => {
    throw refusalOf(cause);
  });
  await call.send(encodeAnswer(AppendResp, { result: answer(change, outcome) }));
}

export function success(revision: number, position: number): AppendResp["result"] & { $case: "success" } {
  const value = {
    currentRevisionOption:
      revision === -1
        ? ({ $case: "noStream", value: {} } as const)
        : ({ $case: "currentRevision", value: revision } as const),
    positionOption: {
      $case: "position",
      value: { commitPosition: position, preparePosition: position },
    } as const,
  };
  return { $case: "success", value };
}

async function collect(call: GrpcCall): Promise<AppendEvents> {
  let options: StreamOptions | undefined;
  let bytes = 0;
  const events: ProposedEvent[] = [];
  for await (const request of call.requests()) {
    const { content } = decodeRequest(AppendReq, request);
    if (content?.$case === "options") options = content.value;
    if (content?.$case !== "proposedMessage") continue;
    bytes += proposedBytes(content.value);
    if (bytes > maxAppendBytes) throw appendTooLarge();
    events.push(parseEvent(content.value));
  }
  if (options === undefined) throw invalid("options: the first message must carry them");
  const stream = requireStreamName(options.streamIdentifier);
  const expected = requireExpected(options.expectedStreamRevision);
  return { kind: "append", stream, expected, events, eventId: randomUUID() };
}

function answer({ stream, expected }: AppendEvents, outcome: Outcome): AppendResp["result"] {
  switch (outcome.kind) {
    case "written":
      return success(outcome.revision, outcome.position);
    case "wrong-revision":
      return { $case: "wrongExpectedVersion", value: wrongVersion(expected, outcome.actual) };
    case "partly-written":
      throw invalid(partlyWritten);
    case "stream-deleted":
      throw streamDeleted(stream);
  }
}

function wrongVersion(expected: ExpectedRevision, actual: number) {
  const expectedCase = {
    "no-stream": "expectedNoStream",
    any: "expectedAny",
    "stream-exists": "expectedStreamExists",
  } as const;
  return {
    currentRevisionOption:
      actual === -1
        ? ({ $case: "currentNoStream", value: {} } as const)
        : ({ $case: "currentRevision", value: actual } as const),
    expectedRevisionOption:
      typeof expected === "number"
        ? ({ $case: "expectedRevision", value: expected } as const)
        : ({ $case: expectedCase[expected], value: {} } as const),
  };
}
