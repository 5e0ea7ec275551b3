import {
  ExecutedOperation,
  type KernelChange,
  NodeChangesApplied,
  NodeStarted,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideRealised } from "./decide.ts";
import type { RealisedEvent } from "./events.ts";
import { evolveRealised } from "./evolve.ts";
import { foldReport, nothingReported } from "./kernel-objects.ts";
import { nothingRealised } from "./state.ts";

const address = (seq: number, value: string): KernelChange => ({
  netns: "qrouter-r1",
  kind: "KERNEL_OBJECT_KIND_ADDRESS",
  key: `qr-1 10.0.${seq % 3}.1/24`,
  value,
});

/** Each puts an address of three there or takes it away: told twice or out of turn, another one would stand at the end. */
const report = (seq: number): RealisedEvent =>
  seq === 1
    ? { type: "NodeStarted", data: NodeStarted.fromJSON({ seq, bootId: "boot-1" }) }
    : {
        type: "NodeChangesApplied",
        data: {
          ...NodeChangesApplied.fromPartial({ seq, position: seq * 10 }),
          operations: [{ ...ExecutedOperation.fromPartial({}), changes: [address(seq, seq % 2 === 0 ? "there" : "")] }],
          resources: [
            { key: "router.r1", position: seq * 10, error: seq % 2 === 0 ? "" : "device busy", waiting: false },
          ],
        },
      };

const count = 12;
const sent = Array.from({ length: count }, (_, i) => report(i + 1));
/** Any of them, in any order, any number of times. */
const deliveries = fc.array(fc.constantFrom(...sent), { maxLength: 60 });

/** What comes into the log when reports are delivered so, each decided on what the log has. */
function recorded(delivered: readonly RealisedEvent[]): RealisedEvent[] {
  let realised = nothingRealised;
  return delivered.flatMap((each) => {
    const events = decideRealised({ type: "RecordReport", report: each }, realised);
    for (const event of events) realised = evolveRealised(realised, event, { revision: 0, timeMs: 0 });
    return events;
  });
}

test("reports that come twice or out of order are in the log once and in order, none between left out", () => {
  fc.assert(
    fc.property(deliveries, (delivered) => {
      const log = recorded(delivered);
      expect(log).toEqual(sent.slice(0, log.length));
      // A node sends again what the log lacks.
      expect(recorded([...delivered, ...sent])).toEqual(sent);
    }),
  );
});

test("a report that the log has twice, of a deposed writer too, changes what stands once", () => {
  const origin = { position: 0, timeMs: 0, causationId: "", correlationId: "" };
  const standing = (log: readonly RealisedEvent[]) =>
    [...log.reduce((kernel, event) => foldReport(kernel, event, origin), nothingReported()).objects.values()].map(
      ({ object }) => object,
    );
  // Each may come again at any later place.
  const again = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count)), { maxLength: 20 });
  fc.assert(
    fc.property(again, (repeats) => {
      const log = sent.flatMap((event, at) => [
        event,
        ...repeats.filter(([which, behind]) => which <= at && behind === at).map(([which]) => report(which + 1)),
      ]);
      expect(standing(log)).toEqual(standing(sent));
    }),
  );
});
