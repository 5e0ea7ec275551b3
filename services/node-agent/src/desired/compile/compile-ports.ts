import type { GroupRules, PortSecurity, SecurityBackend } from "../../security/model.ts";
import type { DesiredInstancePort, DesiredKernel } from "../desired-kernel.ts";
import type { ResourceKey } from "../resource-key.ts";
import { compileInstancePort } from "./compile-instance-port.ts";
import type { CompiledNetworks } from "./compile-networks.ts";
import { compileGroup, compilePortSecurity, compileRemotes } from "./compile-security.ts";
import { orRefuse } from "./or-refuse.ts";
import type { SortedResources } from "./sort-resources.ts";

/** Instances' ports, and what each may send and get. */
export function compilePorts(
  sorted: SortedResources,
  { innerCarriers }: CompiledNetworks,
  backend: SecurityBackend,
  errors: Map<ResourceKey, string>,
): Pick<DesiredKernel, "instancePorts" | "security"> {
  const groups = new Map<string, GroupRules>();
  for (const [key, group] of sorted.securityGroups) {
    const compiled = orRefuse(key, errors, () => compileGroup(key, group));
    if (compiled !== undefined) groups.set(compiled.id, compiled);
  }
  const remotes = compileRemotes(groups, sorted, errors);
  const instancePorts = new Map<string, DesiredInstancePort>();
  const ports = new Map<string, PortSecurity>();
  for (const [key, port] of sorted.ports) {
    orRefuse(key, errors, () => {
      const compiled = compileInstancePort(key, port, innerCarriers);
      const secured = compilePortSecurity(compiled, port, groups);
      instancePorts.set(compiled.device, compiled);
      ports.set(compiled.device, secured);
    });
  }
  return { instancePorts, security: { backend, ports, groups, remotes } };
}
