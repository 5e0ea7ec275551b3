import {
  AppendTooLarge,
  LogUnavailable,
  OneStreamOnly,
  OutcomeUnknown,
  StreamDeleted,
  WrongExpectedRevision,
} from "../event-store-errors.ts";
import { WriteRefusedByLog } from "../refusals.ts";

const firstRetryMs = 20;
const lastRetryMs = 1_000;

/** Appends, and where the outcome is unknown sends the same events again at the same revisions until it is known: the log
 *  takes them once. Answers "overtaken" when a stream stands elsewhere and the events are not in it.
 *  @param isTold whether somebody else has told the outcome: it is not asked for again then, and undefined is answered.
 *  @throws {AppendTooLarge} nothing was written, and never will be.
 *  @throws {OneStreamOnly} nothing was written by this attempt; by one before it, whose outcome was unknown, it may have been.
 *  @throws {WriteRefusedByLog} nothing was written. */
export async function appendUntilKnown<T>(
  append: () => Promise<T>,
  isTold: () => boolean,
): Promise<T | "overtaken" | undefined> {
  let maybeWritten = false;
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, lastRetryMs)) {
    try {
      return await append();
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return "overtaken";
      if (error instanceof AppendTooLarge || error instanceof OneStreamOnly) throw error;
      if (error instanceof StreamDeleted) throw new WriteRefusedByLog(error);
      if (error instanceof OutcomeUnknown) maybeWritten = true;
      else if (!(error instanceof LogUnavailable)) throw error;
      else if (!maybeWritten) throw new WriteRefusedByLog(error);
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs * (0.5 + Math.random() / 2)));
    if (isTold()) return undefined;
  }
}
