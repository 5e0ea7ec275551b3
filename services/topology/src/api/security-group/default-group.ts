import { createHash } from "node:crypto";
import type { CommandContext } from "@rhumbline/event-sourcing";
import { Direction } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { securityGroups } from "../../read-model/state.ts";
import { decideSecurityGroup } from "../../security-group/decide.ts";
import { defaultGroupName, type SecurityGroup, type SecurityGroupRule } from "../../security-group/state.ts";
import type { Effects } from "../effects.ts";
import { noStamps } from "../request-fields.ts";

/** A project's default group: one for each project for ever, whoever needs it first. */
export const defaultGroupId = (projectId: string): string => derivedId(projectId, "group");

/** Makes the project's default group where it is not there yet: out may go everything, in may come what its own ports send
 *  (Neutron: _ensure_default_security_group). */
export async function ensureDefaultGroup(
  projectId: string,
  effects: Pick<Effects, "execute">,
  context: CommandContext,
) {
  const group = defaultGroup(projectId);
  const command = { type: "CreateSecurityGroup", group } as const;
  return effects.execute(securityGroups, group.id, (present) => decideSecurityGroup(command, present), context);
}

/** What a group lets through unless told otherwise. */
export const egressRules = (newId: (role: string) => string): SecurityGroupRule[] =>
  (["ipv4", "ipv6"] as const).map((etherType) => ({
    ...anything,
    id: newId(`egress-${etherType}`),
    direction: Direction.EGRESS,
    etherType,
  }));

function defaultGroup(projectId: string): SecurityGroup {
  const id = defaultGroupId(projectId);
  const newId = (role: string): string => derivedId(projectId, role);
  const fromItself = (["ipv4", "ipv6"] as const).map((etherType) => ({
    ...anything,
    id: newId(`ingress-${etherType}`),
    direction: Direction.INGRESS,
    etherType,
    remoteGroupId: id,
  }));
  return {
    id,
    projectId,
    name: defaultGroupName,
    description: "Default security group",
    rules: [...egressRules(newId), ...fromItself],
    tags: [],
    ...noStamps,
  };
}

const anything = {
  protocol: "",
  portRangeMin: 0,
  portRangeMax: 0,
  icmpType: undefined,
  icmpCode: undefined,
  remoteIpPrefix: "",
  remoteGroupId: "",
  remoteAddressGroupId: "",
  description: "",
};

/** A version 8 UUID (RFC 9562 §5.8). */
function derivedId(projectId: string, role: string): string {
  const h = createHash("sha256")
    .update(JSON.stringify(["default security group", projectId, role]))
    .digest("hex");
  const variant = ((Number.parseInt(h.charAt(16), 16) & 3) | 8).toString(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
}
