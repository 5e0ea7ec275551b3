import type { OptionalLinkKind } from "../../desired/host-facts.ts";
import type { Programs } from "./programs.ts";

/** A device of each kind, as the agent makes them. */
const probes: Readonly<Record<OptionalLinkKind, string>> = {
  vlan: "link add name probe type bridge\nlink add link probe name probe-vlan type vlan id 1\n",
  vxlan: "link add name probe-vxlan type vxlan id 1 dstport 4789\n",
};

/** The kinds of device that the kernel doesn't make, and what it says when it is asked for one. Each is asked for in a
 *  network namespace that is gone when the asking program ends; a kernel loads the kind's module for that, if it has one. */
export async function lackingLinkKinds(programs: Programs): Promise<ReadonlyMap<OptionalLinkKind, string>> {
  const asked = (["vlan", "vxlan"] as const).map(async (kind) => {
    const { code, stderr } = await programs.run(["unshare", "--net", "ip", "-batch", "-"], probes[kind]);
    return code === 0 ? [] : [[kind, stderr.replaceAll(/^Command failed -:\d+$/gm, "").trim()] as const];
  });
  return new Map((await Promise.all(asked)).flat());
}
