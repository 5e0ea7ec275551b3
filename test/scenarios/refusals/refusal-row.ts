import type { NetworkSettings } from "../../../services/topology/src/api/settings.ts";
import type { ControlPlane } from "../topology/control-plane.ts";

/** Something that Neutron refuses, and how this control plane does. */
export interface RefusalRow {
  /** The exception of neutron-lib or neutron; "" stands for a plain BadRequest or InvalidInput. */
  readonly neutron: string;
  /** What is asked for, as a sentence's end. */
  readonly when: string;
  readonly reason: string;
  /** What the message must tell: the thing in the way, or what would be accepted. */
  readonly says: RegExp;
  /** The case needs a control plane of its own, set so. */
  readonly settings?: Partial<NetworkSettings>;
  /** Makes what the case needs, and answers the call that is to be refused. */
  attempt(plane: ControlPlane): Promise<Asked>;
}

/** Apart from the making, so that a refusal of what only leads up to the case is a failure. */
export interface Asked {
  readonly ask: () => Promise<unknown>;
}

export const asked = (ask: () => Promise<unknown>): Asked => ({ ask });
