import type { Position } from "@rhumbline/event-sourcing";
import type { Call } from "@rhumbline/grpc";
import type { MutationCall } from "@rhumbline/service";
import type { TopologyContext } from "./context.ts";
import { type Effects, realEffects, rehearsedEffects } from "./effects.ts";

/** What a command's work came to: the thing as it stands after it. */
export interface Worked<A> {
  readonly resourceId: string;
  readonly aggregate: A;
  readonly position: Position;
}

/** A handler of a changing method from one piece of work, which is done with real effects or rehearsed.
 *  @param find the thing as it is now, for a repetition of the same request_id. */
export function changing<Req extends { requestId: string; validateOnly?: boolean }, A, Res>(
  context: TopologyContext,
  options: {
    work(request: Req, call: MutationCall, effects: Effects): Promise<Worked<A>>;
    find(resourceId: string): A;
    answer(aggregate: A, position: Position, resourceId: string, call: Call): Res;
  },
): (request: Req, call: Call) => Promise<Res> {
  const { work, find, answer } = options;
  const real = realEffects(context);
  const rehearsed = rehearsedEffects(context);
  return context.mutation<Req, Res>({
    run: (request, call) => work(request, call, real),
    answer: (resourceId, position, call) => answer(find(resourceId), position, resourceId, call),
    async rehearse(request, call) {
      const { aggregate, position, resourceId } = await work(request, call, rehearsed);
      return answer(aggregate, position, resourceId, call);
    },
  });
}
