import type { ExecutedOperation, KernelChange, Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { RealisedEvent } from "./events.ts";

/** The report that last changed something. */
interface Report {
  readonly position: number;
  readonly timeMs: number;
  readonly causationId: string;
  readonly correlationId: string;
  readonly trigger: Trigger;
  /** As the plan printed it, and the desired key that it served. */
  readonly operation: string;
  readonly resource: string;
}

/** One kernel object as reports tell it. */
export interface ReportedObject {
  readonly object: KernelChange;
  readonly by: Report;
  /** Of a chain: each of its lines, and who brought it. */
  readonly lines: ReadonlyMap<string, Report>;
}

/** What a node's reports say of its kernel: objects by their identity. */
export interface ReportedKernel {
  readonly lastSeq: number;
  readonly position: number;
  readonly bootId: string;
  readonly objects: Map<string, ReportedObject>;
}

export const nothingReported = (): ReportedKernel => ({ lastSeq: 0, position: 0, bootId: "", objects: new Map() });

type Origin = Omit<Report, "trigger" | "operation" | "resource">;

/** The fold of stream `realised-<nodeId>`: changes the objects it is given. A report that it has is left out: one of a
 *  deposed writer was sent again. */
export function foldReport(kernel: ReportedKernel, { type, data }: RealisedEvent, origin: Origin): ReportedKernel {
  if (data.seq <= kernel.lastSeq) return kernel;
  const reported = { ...kernel, lastSeq: data.seq, position: origin.position };
  switch (type) {
    case "NodeStarted":
      // Another boot means an empty kernel.
      return data.bootId === kernel.bootId ? reported : { ...reported, bootId: data.bootId, objects: new Map() };
    case "NodeChangesApplied":
      for (const operation of data.operations) foldOperation(reported.objects, operation, data.trigger, origin);
      return reported;
    case "NodeReportsLost": {
      const objects = new Map<string, ReportedObject>();
      const by = { ...origin, trigger: unspecified, operation: "reports were lost: all that stands", resource: "" };
      for (const object of data.observed) put(objects, object, by);
      return { ...reported, objects };
    }
    default:
      return type satisfies never;
  }
}

const unspecified: Trigger = "TRIGGER_UNSPECIFIED";

function foldOperation(
  objects: Map<string, ReportedObject>,
  { text, resource, changes }: ExecutedOperation,
  trigger: Trigger,
  origin: Origin,
): void {
  for (const change of changes) put(objects, change, { ...origin, trigger, operation: text, resource });
}

function put(objects: Map<string, ReportedObject>, object: KernelChange, by: Report): void {
  const identity = identityOf(object);
  if (object.value === "") return void objects.delete(identity);
  const before = objects.get(identity)?.lines;
  const lines = object.value.split("\n").map((line) => [line, before?.get(line) ?? by] as const);
  objects.set(identity, { object, by, lines: new Map(lines) });
}

/** The object, or where it is a chain each of its rules: they come and go one by one. */
export function rulesOf({ object, by, lines }: ReportedObject): ReportedObject[] {
  if (object.kind !== "KERNEL_OBJECT_KIND_CHAIN") return [{ object, by, lines }];
  return [...lines].map(([value, whose]) => ({ object: { ...object, value }, by: whose, lines: new Map() }));
}

/** What an object is called, as an operator reads it: "address qg-1a2b3c4d-5e 203.0.113.7/24 in qrouter-…". */
export function identityOf({ netns, kind, key }: KernelChange): string {
  const word = kind.replace("KERNEL_OBJECT_KIND_", "").toLowerCase();
  return `${word} ${key}${netns === "" ? "" : ` in ${netns}`}`;
}
