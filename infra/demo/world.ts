import type { Lab, LabHost, LabInstance, Place } from "@rhumbline/infra/lab";
import type { Stack } from "../stack/stack.ts";

/** What the story is about. */
export interface World {
  readonly lab: Lab;
  readonly stack: Stack;
  readonly node: LabHost;
  readonly outside: Place;
  readonly first: LabInstance;
  readonly second: LabInstance;
  readonly routerId: string;
  /** The router's address on the external network. */
  readonly gatewayAddress: string;
  readonly floatingIp: { readonly id: string; readonly address: string };
}
