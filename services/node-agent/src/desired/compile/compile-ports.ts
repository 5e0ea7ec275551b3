import type { DesiredPort, DesiredSecurityGroup } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Lookup, spreading, uniting } from "../../observed/following.ts";
import { rememberingLast } from "../../observed/remember.ts";
import type { GroupRules, PortSecurity, RemoteAddresses } from "../../security/model.ts";
import type { DesiredInstancePort, DesiredKernel } from "../desired-kernel.ts";
import type { HostFacts } from "../host-facts.ts";
import { type Attempt, attempt, type Errors, refusing } from "./attempt.ts";
import type { Carriers } from "./carriers.ts";
import { compileInstancePort } from "./compile-instance-port.ts";
import type { CompiledNetworks } from "./compile-networks.ts";
import { compileGroup, compilePortSecurity, compileRemotes } from "./compile-security.ts";
import type { SortedResources } from "./sort-resources.ts";

type CompiledPorts = Pick<DesiredKernel, "instancePorts" | "security"> & { readonly errors: Errors };

interface CompiledPort {
  readonly port: DesiredInstancePort;
  readonly security: PortSecurity;
}

/** Compiles instances' ports, and what each may send and get. */
export function portsCompiler(
  host: HostFacts,
): (sorted: SortedResources, networks: Pick<CompiledNetworks, "innerCarriers">, before: Errors) => CompiledPorts {
  const groups = following((key, groups: Lookup<DesiredSecurityGroup>, errors: Lookup<string>) => {
    const group = groups.get(key);
    return group === undefined || errors.has(key) ? undefined : attempt(() => compileGroup(key, group));
  });
  const groupsById = spreading(({ made }: Attempt<GroupRules>) => (made ? [[made.id, made] as const] : []));
  const ports = following(
    (key, ports: Lookup<DesiredPort>, errors: Lookup<string>, carriers: Carriers, groups: Lookup<GroupRules>) => {
      const desired = ports.get(key);
      if (desired === undefined || errors.has(key)) return undefined;
      return attempt((): CompiledPort => {
        const port = compileInstancePort(key, desired, carriers);
        return { port, security: compilePortSecurity(port, desired, groups) };
      });
    },
  );
  const instancePorts = spreading(({ made }: Attempt<CompiledPort>) =>
    made ? [[made.port.device, made.port] as const] : [],
  );
  const secured = spreading(({ made }: Attempt<CompiledPort>) =>
    made ? [[made.port.device, made.security] as const] : [],
  );
  const refused = refusing();
  const errorsAfter = uniting<string>();
  return (sorted, { innerCarriers }, before) => {
    const attempted = groups(sorted.securityGroups, before);
    const byId = groupsById(attempted);
    const remotes = remotesAsLastTime(host, [byId, sorted.groupMembers, sorted.addressGroups, before], () =>
      remotesOf(byId, sorted, before),
    );
    const made = ports(sorted.ports, before, innerCarriers, byId);
    return {
      instancePorts: instancePorts(made),
      security: { backend: host.securityBackend, ports: secured(made), groups: byId, remotes: remotes.remotes },
      errors: errorsAfter(refused(before, attempted, made), remotes.errors),
    };
  };
}

interface Remotes {
  readonly remotes: ReadonlyMap<string, RemoteAddresses>;
  readonly errors: Errors;
}

const remotesAsLastTime = rememberingLast<HostFacts, Remotes>();

function remotesOf(groups: ReadonlyMap<string, GroupRules>, sorted: SortedResources, before: Errors): Remotes {
  const errors = new Map(before);
  return { remotes: compileRemotes(groups, sorted, errors), errors };
}
