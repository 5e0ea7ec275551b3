import type { Call } from "@rhumbline/grpc";
import type { TopologyState } from "../../read-model/state.ts";
import type { SecurityGroupRule } from "../../security-group/state.ts";
import { permittedAddressGroup, permittedSecurityGroup } from "../access/permitted.ts";
import { guards } from "../guard-names.ts";

/** The guards of what the rules of a group refer to beside the group itself: shared. */
export const guardsOfReferred = (rules: readonly SecurityGroupRule[], ownId: string): string[] => [
  ...remoteGroups(rules, ownId).map(guards.securityGroup),
  ...remoteAddressGroups(rules).map(guards.addressGroup),
];

/** @throws {NotFound} */
export function requireReferred(
  state: TopologyState,
  call: Pick<Call, "caller" | "definition">,
  rules: readonly SecurityGroupRule[],
  ownId: string,
): void {
  for (const id of remoteGroups(rules, ownId)) {
    permittedSecurityGroup(state, call, id, "security_group.rules.remote_group_id");
  }
  for (const id of remoteAddressGroups(rules)) {
    permittedAddressGroup(state, call, id, "security_group.rules.remote_address_group_id");
  }
}

const remoteGroups = (rules: readonly SecurityGroupRule[], ownId: string): string[] => [
  ...new Set(rules.map(({ remoteGroupId }) => remoteGroupId).filter((id) => id !== "" && id !== ownId)),
];

const remoteAddressGroups = (rules: readonly SecurityGroupRule[]): string[] => [
  ...new Set(rules.map(({ remoteAddressGroupId }) => remoteAddressGroupId).filter((id) => id !== "")),
];
