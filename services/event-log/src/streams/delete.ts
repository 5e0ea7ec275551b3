import { randomUUID } from "node:crypto";
import type { DeleteResp, StreamOptions } from "@rhumbline/proto/kurrent/streams";
import type { EventLog } from "../store/event-log.ts";
import { requireExpected } from "./proposed-event.ts";
import { invalid, partlyWritten, refusalOf, streamDeleted, wrongExpectedVersion } from "./refusals.ts";
import { requireStreamName } from "./stream-name.ts";

/** Streams/Delete and Streams/Tombstone: their requests and answers have the same shape. */
export async function deleteStream(
  log: EventLog,
  kind: "delete" | "tombstone",
  options: StreamOptions | undefined,
): Promise<DeleteResp> {
  if (options === undefined) throw invalid("options: a stream is needed");
  const stream = requireStreamName(options.streamIdentifier);
  const expected = requireExpected(options.expectedStreamRevision);
  const outcome = await log.change({ kind, stream, expected, eventId: randomUUID() }).catch((cause: unknown) => {
    throw refusalOf(cause);
  });
  switch (outcome.kind) {
    case "written":
      return {
        positionOption: {
          $case: "position",
          value: { commitPosition: outcome.position, preparePosition: outcome.position },
        },
      };
    case "wrong-revision":
      throw wrongExpectedVersion(stream, expected, outcome.actual);
    case "partly-written":
      throw invalid(partlyWritten);
    case "stream-deleted":
      throw streamDeleted(stream);
  }
}
