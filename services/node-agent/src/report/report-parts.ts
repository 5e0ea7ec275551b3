import type {
  ExecutedOperation,
  KernelChange,
  ResourceOutcome,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** What one NodeChangesApplied carries. */
export interface ReportPart {
  readonly operations: readonly ExecutedOperation[];
  readonly resources: readonly ResourceOutcome[];
}

/** An event of the log stays under 64 KiB; this leaves room for its other fields and its metadata. */
const partBytes = 48 * 1024;
/** The text of an operation that is longer ends in how much was left out. */
const textBytes = 8 * 1024;

/** Divides a report so that each part fits into one event, in order: the operations, then the resources. An operation with
 *  many changes is continued in the next part under the same text. */
export function partsOf(whole: ReportPart): ReportPart[] {
  const parts: { operations: ExecutedOperation[]; resources: ResourceOutcome[] }[] = [];
  let room = 0;
  const partFor = ({ bytes }: Sized<unknown>): (typeof parts)[number] => {
    const last = parts.at(-1);
    if (last !== undefined && bytes <= room) {
      room -= bytes;
      return last;
    }
    const fresh = { operations: [], resources: [] };
    parts.push(fresh);
    room = partBytes - bytes;
    return fresh;
  };
  for (const piece of whole.operations.flatMap(piecesOf)) partFor(piece).operations.push(piece.item);
  for (const resource of whole.resources) partFor(sized(resource)).resources.push(resource);
  return parts;
}

/** Slices of kernel objects, each of which fits into one event. A single object that does not is a slice of its own. */
export function slicesOf(changes: readonly KernelChange[]): KernelChange[][] {
  const slices: KernelChange[][] = [[]];
  let room = partBytes;
  for (const change of changes) {
    const bytes = JSON.stringify(change).length + 1;
    if (bytes > room && slices.at(-1)?.length !== 0) {
      slices.push([]);
      room = partBytes;
    }
    slices.at(-1)?.push(change);
    room -= bytes;
  }
  return slices;
}

interface Sized<T> {
  readonly item: T;
  /** In a list of them. */
  readonly bytes: number;
}

const sized = <T>(item: T): Sized<T> => ({ item, bytes: JSON.stringify(item).length + 1 });

function piecesOf(operation: ExecutedOperation): Sized<ExecutedOperation>[] {
  const whole = sized({ ...operation, text: shortened(operation.text), error: shortened(operation.error) });
  if (whole.bytes <= partBytes) return [whole];
  return slicesOf(operation.changes).map((changes) => sized({ ...whole.item, changes }));
}

function shortened(text: string): string {
  if (text.length <= textBytes) return text;
  return `${text.slice(0, textBytes)}… (${text.length - textBytes} more characters)`;
}
