import { createHash, randomUUID } from "node:crypto";
import type { CommandContext, CompletedRequest, Fold, Follower, Position, Replica } from "@rhumbline/event-sourcing";
import { InvalidFields, RequestIdReused, WriteOutcomeUnknown } from "@rhumbline/event-sourcing";
import { type Call, isUuid } from "@rhumbline/grpc";
import type { Forward } from "./forward.ts";
import { caughtUp } from "./reads.ts";

/** What a handler of a changing method gets beside its request. */
export interface MutationCall extends Call {
  /** An id for what this call makes: the same at every repetition of the same request_id, so that what an earlier attempt
   *  began is taken up again; random without one.
   *  @param role tells apart several things that one call makes. */
  newId(role: string): string;
  /** Metadata for the events of a step on the way. */
  step(projectId: string): CommandContext;
  /** Metadata for the events that complete the call. */
  completion(projectId: string, resourceId: string): CommandContext;
  readonly validateOnly: boolean;
}

export interface Done {
  readonly resourceId: string;
  readonly position: Position;
}

export interface Mutation<Req, Res> {
  /** Checks, decides, appends. Goes on in the background when the caller's deadline passes. */
  run(request: Req, call: MutationCall): Promise<Done>;
  /** The answer, made from the state as it is now: for the first call and for each repetition. */
  answer(resourceId: string, position: Position, call: MutationCall): Res;
  /** What the answer would be, with nothing changed: for validate_only. */
  rehearse(request: Req, call: MutationCall): Promise<Res>;
}

interface MutationRequest {
  readonly requestId: string;
  readonly validateOnly?: boolean;
}

/** Makes a handler of a mutation: forwards to the writer, remembers request ids, answers by the deadline. */
export type MutationHandler = <Req extends MutationRequest, Res>(
  mutation: Mutation<Req, Res>,
) => (request: Req, call: Call) => Promise<Res>;

export function createMutationHandler<S>(options: {
  fold: Fold<S>;
  follower: Pick<Follower, "catchUp">;
  replica: Pick<Replica, "epoch">;
  forward: Forward;
}): MutationHandler {
  const { fold, follower, replica, forward } = options;
  const underWay = new Map<string, { hash: string; done: Promise<Done> }>();

  /** Runs the request, or joins or recalls the run of the same one.
   *  @throws {RequestIdReused} */
  const runOnce = (request: CompletedRequestKey, run: () => Promise<Done>): Promise<Done> => {
    if (request.id === "") return run();
    const remembered = fold.requests.find(request);
    const key = JSON.stringify([request.projectId, request.caller, request.method, request.id]);
    const present = underWay.get(key);
    const hash = remembered?.hash ?? present?.hash ?? request.hash;
    if (hash !== request.hash) throw new RequestIdReused(request.id, remembered?.resourceId ?? "something under way");
    if (remembered !== undefined) return Promise.resolve(remembered);
    if (present !== undefined) return present.done;
    const done = run().finally(() => underWay.delete(key));
    underWay.set(key, { hash, done });
    return done;
  };

  return (mutation) => async (request, call) => {
    if (request.requestId !== "" && !isUuid(request.requestId)) {
      const description = `${JSON.stringify(request.requestId)} is no UUID in lower case; it may also be left out`;
      throw new InvalidFields([{ field: "request_id", description }]);
    }
    // Whoever passed it on may have read further in the log than we have.
    if (replica.epoch() === undefined && call.forwarded) await caughtUp(follower);
    if (replica.epoch() === undefined) return forward(request, call);
    const identity = identify(request, call);
    const mutationCall = new IdentifiedCall(call, identity, request.validateOnly ?? false);
    if (request.validateOnly) return mutation.rehearse(request, mutationCall);
    const done = await orDeadline(
      runOnce(identity, () => mutation.run(request, mutationCall)),
      call,
    );
    return mutation.answer(done.resourceId, done.position, mutationCall);
  };
}

type CompletedRequestKey = Omit<CompletedRequest, "resourceId">;

/** What no request_id names is not remembered, and needs no hash. */
function identify(request: MutationRequest, call: Call): CompletedRequestKey {
  const { requestId: id } = request;
  const { caller, method } = call;
  return { id, projectId: caller.projectId, caller: caller.user, method, hash: id === "" ? "" : hashOf(request, call) };
}

function hashOf(request: MutationRequest, { definition }: Call): string {
  return createHash("sha256")
    .update(definition.requestSerialize(request as never))
    .digest("hex");
}

class IdentifiedCall implements MutationCall {
  readonly caller: Call["caller"];
  readonly method: string;
  readonly definition: Call["definition"];
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  readonly forwarded: boolean;
  readonly validateOnly: boolean;
  readonly #call: Call;
  readonly #identity: CompletedRequestKey;

  // Written out: a copy that is given more than it was made of costs a hundred times as much.
  constructor(call: Call, identity: CompletedRequestKey, validateOnly: boolean) {
    this.caller = call.caller;
    this.method = call.method;
    this.definition = call.definition;
    this.correlationId = call.correlationId;
    this.traceparent = call.traceparent;
    this.forwarded = call.forwarded;
    this.validateOnly = validateOnly;
    this.#call = call;
    this.#identity = identity;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  onCutShort(listener: () => void): () => void {
    return this.#call.onCutShort(listener);
  }

  newId(role: string): string {
    return this.#identity.id === "" ? randomUUID() : derivedId(this.#identity, role);
  }

  step(projectId: string): CommandContext {
    const { caller, correlationId, traceparent } = this;
    const causationId = this.#identity.id || correlationId;
    const context = { actor: caller.user, projectId, correlationId, causationId };
    return traceparent ? { ...context, traceparent } : context;
  }

  completion(projectId: string, resourceId: string): CommandContext {
    const step = this.step(projectId);
    return this.#identity.id === "" ? step : { ...step, completes: { ...this.#identity, resourceId } };
  }
}

/** A version 8 UUID (RFC 9562 §5.8): custom bits, here of a hash, so that its first 11 characters are as random as a v4's. */
function derivedId({ projectId, caller, method, id }: CompletedRequestKey, role: string): string {
  const h = createHash("sha256")
    .update(JSON.stringify([projectId, caller, method, id, role]))
    .digest("hex");
  const variant = ((Number.parseInt(h.charAt(16), 16) & 3) | 8).toString(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

/** The work goes on in any case: an append under way must become known before its guards are free again. */
function orDeadline(work: Promise<Done>, call: Call): Promise<Done> {
  return new Promise((resolve, reject) => {
    const listenNoLonger = call.onCutShort(() => reject(new WriteOutcomeUnknown(call.method, "the call ended")));
    work.then(
      (done) => {
        listenNoLonger();
        resolve(done);
      },
      (error: unknown) => {
        listenNoLonger();
        reject(error);
      },
    );
  });
}
