import { randomUUID } from "node:crypto";
import { DomainError } from "@rhumbline/event-sourcing";
import type {
  InspectKernelRequest,
  InspectKernelResponse,
  ResourceError,
} from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { compileDesired } from "../desired/compile-desired.ts";
import type { DoorAuthority } from "../desired/door.ts";
import type { HostFacts } from "../desired/host-facts.ts";
import type { DesiredFeed } from "../feed/desired-feed.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { objectsOf } from "../observed/kernel-objects.ts";
import { leaveUnreadable } from "../plan/leave-unreadable.ts";
import { plan } from "../plan/plan.ts";
import { printOperation } from "../plan/print-operation.ts";
import type { NodeReporter } from "../report/node-reporter.ts";
import type { Spool } from "../report/spool.ts";

export interface InspectionParts {
  readonly host: HostFacts;
  readonly doors: () => DoorAuthority;
  /** Looked at anew: what the agent remembers is not asked. */
  readonly kernel: Kernel;
  readonly feed: DesiredFeed;
  readonly reporter: NodeReporter;
  readonly spool: Spool;
  readonly registrationRefusal: () => string;
  readonly heldByOperator: () => boolean;
  readonly undisturbed: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Everything that is compared when a node is verified, of one moment. */
interface Moment {
  readonly id: string;
  readonly answer: Omit<InspectKernelResponse, "objects" | "nextPageToken">;
  readonly objects: readonly KernelChange[];
}

/** A message on the bus holds 1 MiB. */
const partBytes = 256 * 1024;

/** Looks at the kernel between two passes and hands out what it saw in parts; the last moment is kept for them. */
export function createInspection(
  parts: InspectionParts,
): (request: InspectKernelRequest) => Promise<InspectKernelResponse> {
  let kept: Moment | undefined;
  return async ({ pageToken }) => {
    if (pageToken === "") kept = await parts.undisturbed(() => look(parts));
    const moment = kept;
    const [, id, from] = /^(\S+) (\d{1,9})$/.exec(pageToken) ?? [];
    if (moment === undefined || (pageToken !== "" && moment.id !== id)) throw new MomentIsGone();
    const first = Number(from ?? 0);
    const next = endOfPart(moment.objects, first);
    const nextPageToken = next < moment.objects.length ? `${moment.id} ${next}` : "";
    return { ...moment.answer, objects: moment.objects.slice(first, next), nextPageToken };
  };
}

async function look(parts: InspectionParts): Promise<Moment> {
  const { host, doors, kernel, feed, reporter, spool, registrationRefusal, heldByOperator } = parts;
  const observed = await kernel.observe();
  const state = feed.current;
  const desired = state && leaveUnreadable(compileDesired(state.resources, host, doors()), observed);
  const errors = [...(desired?.errors ?? observed.unreadable)].map(
    ([resource, error]): ResourceError => ({ resource, error, nextRetryMs: 0 }),
  );
  return {
    id: randomUUID(),
    answer: {
      logId: state?.version.logId ?? "",
      desiredPosition: state?.version.position ?? 0,
      appliedPosition: reporter.reported.applied?.position ?? 0,
      lastSeq: spool.nextSeq - 1,
      held: heldByOperator(),
      refusal: registrationRefusal() || feed.refusal,
      operations: desired === undefined ? [] : plan(desired, observed).map(printOperation),
      errors,
    },
    objects: objectsOf(observed),
  };
}

function endOfPart(objects: readonly KernelChange[], first: number): number {
  let bytes = 0;
  for (let i = first; i < objects.length; i++) {
    bytes += JSON.stringify(objects[i]).length;
    if (bytes > partBytes && i > first) return i;
  }
  return objects.length;
}

class MomentIsGone extends DomainError {
  readonly kind = "invalid";
  readonly reason = "INVALID_PAGE_TOKEN";

  constructor() {
    const description = "the moment that it is of is kept no longer: begin anew without one";
    super(`page_token: ${description}`, {}, [{ field: "page_token", description }]);
  }
}
