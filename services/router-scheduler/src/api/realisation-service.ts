import type { Fold } from "@rhumbline/event-sourcing";
import { type Call, fieldChecks, type MountedService, mount } from "@rhumbline/grpc";
import {
  type Realisation,
  RealisationServiceService,
  ResourceKind,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { ServiceContext } from "@rhumbline/service";
import { assess } from "../read-model/realisation.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { asSeenBy, isHidden, nothingToRealise } from "./seen-realisation.ts";

interface Asked {
  readonly kind: ResourceKind;
  readonly id: string;
}

export function mountRealisationService({ fold, readable }: ServiceContext<SchedulerState>): MountedService {
  const realisationOf = (asked: Asked, { caller }: Call): Realisation => {
    const hidden = isHidden(fold.state, caller, asked);
    const realisation = hidden ? nothingToRealise : assess(fold.state, asked.kind, asked.id).realisation;
    return { ...asSeenBy(caller, { ...realisation, nodes: [...realisation.nodes] }), compiledPosition: fold.position };
  };
  return mount(RealisationServiceService, {
    async awaitRealised(request, call) {
      requireResource(request);
      await readable({ minPosition: request.position }, call);
      const isSettled = (): boolean =>
        isHidden(fold.state, call.caller, request) || assess(fold.state, request.kind, request.id).settled;
      await until(fold, isSettled, call.signal);
      return { realisation: realisationOf(request, call) };
    },

    async getRealisation(request, call) {
      requireResource(request);
      await readable(request, call);
      return { realisation: realisationOf(request, call) };
    },
  });
}

function requireResource({ kind, id }: Asked): void {
  const checks = fieldChecks();
  checks.require("kind", kind !== ResourceKind.UNSPECIFIED, "is required: NETWORK, PORT, ROUTER or FLOATING_IP");
  checks.uuid("id", id);
  checks.done();
}

/** Waits for the state to become so; at the caller's deadline nobody is left to be answered. */
function until<S>(fold: Fold<S>, holds: () => boolean, signal: AbortSignal): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      unlisten();
      signal.removeEventListener("abort", abort);
      act();
    };
    const abort = (): void => settle(() => reject(signal.reason));
    const unlisten = fold.onAdvance(() => {
      if (holds()) settle(resolve);
    });
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
}
