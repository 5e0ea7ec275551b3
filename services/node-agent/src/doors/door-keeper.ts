import type { DoorAuthority } from "../desired/door.ts";

/** The node's desired state at least, when the scheduler accepted it. */
export interface Admission {
  readonly logId: string;
  readonly desiredPosition: number;
}

/** Keeps what this agent may do to doors. It starts knowing nothing: what stands open stays open, nothing is opened. It
 *  knows once the scheduler has accepted it and it holds the desired state of that moment or a newer one: a router that went
 *  to another node meanwhile is no longer in that. Once it closed all doors itself, it has to be accepted again. */
export class DoorKeeper {
  #authority: DoorAuthority = "as they stand";
  #admission: Admission | undefined;
  #held: Admission | undefined;
  readonly #changed: () => void;

  /** @param changed called when doors are to be looked at. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get authority(): DoorAuthority {
    return this.#authority;
  }

  accepted(admission: Admission): void {
    this.#admission = admission;
    this.#consider();
  }

  /** @param logId and position of the desired state that the agent acts on. */
  holds(logId: string, position: number): void {
    this.#held = { logId, desiredPosition: position };
    this.#consider();
  }

  /** Others may take over what this node holds. */
  closeAll(): void {
    if (this.#authority === "closed") return;
    this.#admission = undefined;
    this.#become("closed");
  }

  #consider(): void {
    const [admission, held] = [this.#admission, this.#held];
    if (admission === undefined) return;
    // Nothing was ever desired of a node that holds nothing and whose position is 0.
    const { logId, desiredPosition } = held ?? { logId: admission.logId, desiredPosition: 0 };
    const newEnough = logId === admission.logId && desiredPosition >= admission.desiredPosition;
    if (newEnough) this.#become("as desired");
  }

  #become(authority: DoorAuthority): void {
    if (this.#authority === authority) return;
    this.#authority = authority;
    this.#changed();
  }
}
