import type { NodeVerification } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { ServiceFailure } from "../errors/service-failure.ts";
import { type FoldingService, foldingServices } from "../operate/folding-services.ts";
import type { Session } from "../session/session.ts";

/** One thing that was compared with the log. */
export interface Check {
  /** "service topology", "bucket node1", "kernel node1". */
  readonly what: string;
  /** What it was compared with. */
  readonly against: string;
  readonly position: number;
  /** How many lines, keys or kernel objects. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Why it could not be compared. Empty: it was. */
  readonly failure: string;
  /** What is worth a word beside. */
  readonly remark: string;
}

/** An empty text: it should not be there, or is not. */
interface Difference {
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

const foldTimeoutMs = 10 * 60_000;
const settleTimeoutMs = 60_000;

/** Each service's state against a fold of the log from zero. */
export function checkServices(session: Session): Promise<Check[]> {
  return Promise.all(
    foldingServices.map(async (service: FoldingService) => {
      const named = { what: `service ${service}`, against: "a fold of the log from zero" };
      return orFailed(named, async () => {
        const client = session.services.client(service, StateServiceService);
        const answer = await client.verifyState({}, { timeoutMs: foldTimeoutMs });
        const differences = answer.differences.map(({ running, folded }) => ({
          subject: (running || folded).split(" = ")[0] ?? "",
          expected: folded,
          found: running,
        }));
        const { position, lines: compared, differenceCount } = answer;
        return [{ ...named, position, compared, differences, differenceCount, failure: "", remark: "" }];
      });
    }),
  ).then((checks) => checks.flat());
}

/** Bucket DESIRED, as nodes read it, against what the scheduler folds. */
export function checkBucket({ verification }: Session): Promise<Check[]> {
  const named = { what: "bucket DESIRED", against: "the scheduler's fold" };
  return orFailed(named, async () => {
    const { nodes } = await verification.verifyDesiredState({}, { timeoutMs: settleTimeoutMs });
    return nodes.map((node) => checkOf({ ...named, what: `bucket ${node.nodeName || node.nodeId}` }, node));
  });
}

/** A node's kernel, as its agent sees it now, against what is desired there and against what the node has reported. */
export function checkKernel({ verification }: Session, { id, name }: Node): Promise<Check[]> {
  const named = { what: `kernel ${name}`, against: "desired state" };
  return orFailed(named, async () => {
    const answer = await verification.verifyNode({ nodeId: id }, { timeoutMs: settleTimeoutMs });
    const remark = answer.held ? "held by an operator" : "";
    return [
      ...(answer.desired === undefined ? [] : [checkOf(named, answer.desired, remark)]),
      ...(answer.realised === undefined
        ? []
        : [checkOf({ ...named, against: "its reports" }, answer.realised, remark)]),
    ];
  });
}

type Named = Pick<Check, "what" | "against">;

const checkOf = (
  named: Named,
  { position, compared, differences, differenceCount }: NodeVerification,
  remark = "",
): Check => ({ ...named, position, compared, differences, differenceCount, failure: "", remark });

/** One thing that can't be asked must not keep the others from being compared. */
async function orFailed(named: Named, check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    const nothing = { position: 0, compared: 0, differences: [], differenceCount: 0, remark: "" };
    return [{ ...named, ...nothing, failure: error.message }];
  }
}
