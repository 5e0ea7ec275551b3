import type { Version } from "@rhumbline/messaging";
import { OperationOutcome, Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { inSpan, type Logger } from "@rhumbline/telemetry";
import { type AppliedPlan, applyPlan } from "./apply/apply-plan.ts";
import { compileDesired } from "./desired/compile-desired.ts";
import type { DesiredKernel } from "./desired/desired-kernel.ts";
import type { DesiredFeed } from "./feed/desired-feed.ts";
import type { DesiredState } from "./feed/desired-state.ts";
import type { RememberingKernel } from "./kernel/watch/remembering-kernel.ts";
import type { ObservedKernel } from "./observed/observed-kernel.ts";
import { rememberingLast } from "./observed/remember.ts";
import type { Operation } from "./plan/operation.ts";
import { foresee } from "./plan/plan.ts";
import type { PlanAhead } from "./plan/plan-ahead.ts";
import { announceAll } from "./plan/plan-announcements.ts";
import { type Planned, type PlanParts, planFor } from "./plan/plan-for.ts";
import { printOperation } from "./plan/print-operation.ts";
import { type ResourceState, resourceStates } from "./plan/resource-states.ts";
import { decidesOverConnections } from "./plan/steps/plan-security.ts";
import { type NodeReporter, type Outcome, observedChanges, type ReportCause } from "./report/node-reporter.ts";
import { measurePass } from "./report/pass-metrics.ts";
import { passTrigger } from "./report/pass-trigger.ts";
import type { RepeatedDrift } from "./report/repeated-drift.ts";
import { closedByObservation } from "./report/unfinished-plan.ts";

export interface ReconcilerParts extends PlanParts {
  readonly kernel: Pick<RememberingKernel, "observe" | "batchName" | "execute" | "done" | "expected">;
  readonly ahead: PlanAhead;
  readonly reporter: NodeReporter;
  readonly drift: RepeatedDrift;
  readonly logger: Logger;
  readonly now: () => number;
}

/** How the desired keys stand after a pass. */
export type PassResult = ReadonlyMap<string, ResourceState>;

/** One pass from desired state to the kernel and back to a report. What it does follows from the desired state and from
 *  what is observed alone; the trigger only names it. A pass over an unchanged world writes and reports nothing.
 *  @param desired asked once the kernel was read: what came to be desired meanwhile waits for no second look, and what came
 *  before has had the time to get on disk.
 *  @returns undefined: nothing is desired yet.
 *  @throws whatever keeps the kernel from being observed. */
export async function reconcile(
  parts: ReconcilerParts,
  desired: Pick<DesiredFeed, "newest" | "kept">,
  wokenBy: Trigger,
): Promise<PassResult | undefined> {
  const { newest } = desired;
  if (newest === undefined) return undefined;
  const startedMs = parts.now();
  const { applied } = parts.reporter.reported;
  // What is new waits neither for a look at what we did ourselves, nor for a list of connections that it may have nothing to
  // do with: another look follows on what it changes. An earlier pass may have done what this one was woken for, and more
  // may be on its way.
  const looking =
    wokenBy === Trigger.DESIRED || isNews(newest.version, applied)
      ? parts.kernel.observe(new Set(), "as done")
      : parts.kernel.observe("every place", "looked at");
  // What is compiled while the kernel is read, and planned while the disk keeps it, need not be then.
  compileDesired(newest.resources, parts.host, parts.doors());
  const observed = await looking;
  planFor(parts, newest.resources, observed);
  const state = await desired.kept();
  if (state === undefined) return undefined;
  const { version, causation } = state;
  const trigger = isNews(version, applied) ? newsTrigger(wokenBy) : wokenBy;
  const span = { role: "consumer", parent: causation?.traceparent, attributes: attributesOf(state) } as const;
  return inSpan("apply desired state", span, (traceparent) =>
    pass(parts, state, { observed, startedMs }, { version, trigger, causation, traceparent }),
  );
}

/** Finds out of the namespaces that were read what a pass will ask about them, while others are still being read. Nothing is
 *  decided by it: the pass asks again, and mostly it is known by then. */
export function foreseePass(
  { host, doors, reporter }: Pick<ReconcilerParts, "host" | "doors" | "reporter">,
  desired: DesiredState | undefined,
  read: ObservedKernel,
): void {
  if (desired === undefined) return;
  foresee(compileDesired(desired.resources, host, doors()), read);
  reporter.foresee(read);
}

interface Look {
  readonly observed: ObservedKernel;
  readonly startedMs: number;
}

async function pass(
  parts: ReconcilerParts,
  state: DesiredState,
  { observed: seen, startedMs }: Look,
  woken: ReportCause,
): Promise<PassResult> {
  const { kernel, ahead, reporter, logger } = parts;
  const { observed, desired, operations } = await planned(parts, state, seen);
  const repeated = closeOpenPlan(parts, woken, operations, desired, observed);
  const todo = [...operations, ...repeated];
  const foreign = reporter.unreported(observed).filter(({ netns }) => !observed.unreadable.has(netns));
  const cause = { ...woken, trigger: passTrigger(woken.trigger, foreign.length > 0, operations) };

  const intended = todo.map((operation) => ({ text: printOperation(operation), resource: operation.resource }));
  for (const { text } of intended) logger.debug({ operation: text }, "planned");
  if (intended.length > 0) reporter.planned(intended);
  const applied = await applyPlan(kernel, todo, observed, (after) => {
    const expected = kernel.expected(after);
    if (expected !== undefined) ahead.expects(expected, state.resources);
  });
  ahead.ended();
  if (applied.failures.length === 0) kernel.done(applied.after);
  const states = statesAfter(applied, desired, state.resources);
  report(parts, state, cause, applied, foreign, states);
  reporter.applied(state.version);
  measurePass(cause.trigger, applied, parts.now() - startedMs);
  if (todo.length > 0)
    logger.info(
      {
        trigger: cause.trigger,
        position: state.version.position,
        operations: todo.length,
        failed: applied.failures.length,
        durationMs: parts.now() - startedMs,
      },
      "desired state applied",
    );
  return states;
}

/** What is to be done, by connections of this moment wherever it decides over some. */
async function planned(parts: ReconcilerParts, state: DesiredState, observed: ObservedKernel): Promise<Planned> {
  const first = planFor(parts, state.resources, observed);
  return decidesOverConnections(first.desired, observed, first.operations)
    ? planFor(parts, state.resources, await parts.kernel.observe(ofHost, "looked at"))
    : first;
}

const ofHost: ReadonlySet<string> = new Set([""]);

const asLastTime = rememberingLast<DesiredKernel, PassResult>();

/** The very same value where nothing changed and nothing failed. */
function statesAfter(
  { after, failures }: AppliedPlan,
  desired: DesiredKernel,
  resources: DesiredState["resources"],
): PassResult {
  const compute = (): PassResult => resourceStates(resources, desired, after, failures);
  // Where nothing failed and nothing is left as it is, they depend on instances' devices alone.
  const looksAt = desired.untouched.size === 0 ? after.links : after;
  return failures.length > 0 ? compute() : asLastTime(desired, [resources, looksAt], compute);
}

/** A plan of an earlier process is ended by what is observed now.
 *  @returns announcements to repeat: of a plan without outcome nobody knows whether the neighbours were told. */
function closeOpenPlan(
  { reporter, logger }: ReconcilerParts,
  cause: ReportCause,
  operations: readonly Operation[],
  desired: DesiredKernel,
  observed: ObservedKernel,
): Operation[] {
  const open = reporter.openPlan;
  if (open === undefined) return [];
  const planned = new Set(operations.map(printOperation));
  const executed = closedByObservation(open, planned, reporter.unreported(observed));
  logger.info({ operations: executed.length }, "a plan of an earlier start was closed by what is observed");
  const ending = { cause: { ...cause, trigger: Trigger.START }, operations: executed, ...noOutcomes, count: 0 };
  reporter.outcome(ending, observed);
  return announceAll(desired, observed).filter((operation) => !planned.has(printOperation(operation)));
}

/** Reports what was done, what somebody else did, and which resources stand otherwise than was reported. */
function report(
  { reporter, drift, now }: ReconcilerParts,
  state: DesiredState,
  cause: ReportCause,
  applied: AppliedPlan,
  foreign: ReturnType<NodeReporter["unreported"]>,
  states: PassResult,
): void {
  const outcomes = reporter.unreportedOutcomes({ states, desired: state.resources });
  const changedByOthers = foreign.length > 0 ? [observedChanges("changed by somebody else", foreign)] : [];
  const operations = [...changedByOthers, ...applied.executed];
  // A retry that fails as before is no news, and neither is a drift that was reported a moment ago.
  const happened = operations.some(({ outcome }) => outcome === OperationOutcome.DONE) || foreign.length > 0;
  const isRepair = cause.trigger === Trigger.DRIFT && happened && applied.failures.length === 0;
  const news = outcomes.resources.length > 0 || (isRepair ? drift.note(operations, now()) : happened);
  const tell = (outcome: Outcome): void => reporter.outcome(outcome, applied.after);
  if (news || reporter.owesLoss)
    tell({ cause, operations, ...outcomes, applied: state.version, count: isRepair ? 1 : 0 });
  else reporter.nothingNew();
  for (const repeats of drift.untold(now()))
    tell({ cause: { ...cause, trigger: Trigger.DRIFT }, ...noOutcomes, ...repeats });
}

const noOutcomes = { resources: [], forgotten: [] };

const isNews = (version: Version, applied: Version | undefined): boolean =>
  applied === undefined || version.logId !== applied.logId || version.position !== applied.position;

/** A look that found something new to be desired was for that. */
const newsTrigger = (wokenBy: Trigger): Trigger => (wokenBy === Trigger.DRIFT ? Trigger.DESIRED : wokenBy);

function attributesOf({ version, resources }: DesiredState): Record<string, string | number> {
  return { "rhumbline.position": version.position, "rhumbline.resources": resources.size };
}
