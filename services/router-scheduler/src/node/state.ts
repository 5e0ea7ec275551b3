/** A host that realises networks and routers. */
export type Node = AbsentNode | RegisteredNode;

export interface AbsentNode {
  readonly status: "absent";
}

export interface RegisteredNode extends NodeAttributes {
  readonly status: "registered";
  readonly id: string;
  /** Its agent is heard. */
  readonly alive: boolean;
  /** It takes no more routers. */
  readonly cordoned: boolean;
  /** Undefined: it is not being drained. */
  readonly drain: Drain | undefined;
  /** Why it counts as dead; empty: it does not. */
  readonly failed: string;
  /** Why it applies nothing new; empty: it does. */
  readonly refusal: string;
  readonly etag: string;
  readonly createTimeMs: number;
}

/** Its routers go to other nodes. */
export interface Drain {
  readonly maxMovesAtOnce: number;
  readonly routersAtStart: number;
  readonly startTimeMs: number;
}

/** What a host says of itself at each start of its agent. */
export interface NodeAttributes {
  readonly name: string;
  /** Physical network → the bridge or device that carries it. */
  readonly bridgeMappings: Readonly<Record<string, string>>;
  readonly tunnelIp: string;
  readonly capabilities: readonly string[];
  readonly agentVersion: string;
  readonly backend: string;
  /** Empty: in none. */
  readonly availabilityZone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Routers that it takes at most; 0: as many as come. */
  readonly maxRouters: number;
  /** In bytes; 0: not known. */
  readonly underlayMtu: number;
  /** Another one than before: the host's kernel is empty. */
  readonly bootId: string;
  /** Made at each start of the agent. */
  readonly incarnation: string;
}

export const absentNode: AbsentNode = { status: "absent" };
