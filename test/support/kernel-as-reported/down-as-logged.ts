import type { Lab } from "@rhumbline/infra/lab";
import type { Stack } from "../../../infra/stack/stack.ts";
import { expectKernelsAsLogged, type Unlike } from "./expect-kernel-as-reported.ts";

export type { Unlike };

/** Ends a lab with an installation in it, once every node's kernel is what the log has of it.
 *  @param unlike nodes that are left out, each with the reason. */
export async function downAsLogged(lab: Lab, stack: Stack, unlike?: Unlike): Promise<void> {
  try {
    await expectKernelsAsLogged(stack, lab.hosts, unlike);
  } finally {
    await lab.down();
  }
}
