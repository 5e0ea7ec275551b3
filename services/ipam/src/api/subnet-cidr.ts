import type { Executed, Executor } from "@rhumbline/event-sourcing";
import { formatCidr, parseCidr } from "@rhumbline/net";
import type { MutationCall } from "@rhumbline/service";
import { type IpamState, scopes, subnetPools, subnets } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";
import { decideSubnet } from "../subnet/decide.ts";
import type { ActiveSubnet, Subnet } from "../subnet/state.ts";
import { decideSubnetPool } from "../subnet-pool/decide.ts";
import type { NewSubnet } from "./subnet-request.ts";

/** Appends, or only tries what would happen. */
type Execute = Executor<IpamState>["execute"];

/** The CIDR first, in its pool and in its network: a crash behind it leaves reservations, which the sweep takes back. */
export async function createSubnet(
  { subnet, cidrWish }: NewSubnet,
  call: MutationCall,
  execute: Execute,
): Promise<Executed<Subnet>> {
  const { id, networkId, projectId } = subnet;
  const cidr = "cidr" in cidrWish ? formatCidr(cidrWish.cidr) : await takePrefix(subnet, cidrWish, call, execute);
  const command = { ...subnet, cidr };
  try {
    // Refused before a scope has it, if it will be: what a subnet that is not there decides.
    decideSubnet(command, { status: "absent" });
    const reserve = { type: "ReserveCidr", scopeId: networkId, subnetId: id, cidr: parseCidr(cidr) } as const;
    await execute(scopes, networkId, (scope) => decideScope(reserve, scope), call.step(projectId));
    return await execute(subnets, id, (present) => decideSubnet(command, present), call.completion(projectId, id));
  } catch (error) {
    await releasePrefix(subnet, call, execute);
    throw error;
  }
}

/** Gives back the CIDR of a subnet that is gone. */
export async function releaseCidr(subnet: ActiveSubnet, call: MutationCall, execute: Execute): Promise<void> {
  const { id, networkId, projectId } = subnet;
  const release = { type: "ReleaseCidr", subnetId: id } as const;
  await execute(scopes, networkId, (scope) => decideScope(release, scope), call.step(projectId));
  await releasePrefix(subnet, call, execute);
}

async function takePrefix(
  { id: subnetId, projectId }: NewSubnet["subnet"],
  { subnetPoolId, wanted }: Extract<NewSubnet["cidrWish"], { wanted: unknown }>,
  call: MutationCall,
  execute: Execute,
): Promise<string> {
  const allocate = { type: "AllocatePrefix", subnetPoolId, subnetId, projectId, wanted } as const;
  const decide = (pool: Parameters<typeof decideSubnetPool>[1]) => decideSubnetPool(allocate, pool);
  const { aggregate } = await execute(subnetPools, subnetPoolId, decide, call.step(projectId));
  const carved = aggregate.status === "absent" ? undefined : aggregate.carvedBySubnet.get(subnetId);
  if (carved === undefined) throw new TypeError(`subnet pool ${subnetPoolId} gave subnet ${subnetId} nothing`);
  return carved.cidr;
}

async function releasePrefix(
  { id, projectId, subnetPoolId }: Pick<ActiveSubnet, "id" | "projectId" | "subnetPoolId">,
  call: MutationCall,
  execute: Execute,
): Promise<void> {
  if (subnetPoolId === "") return;
  const release = { type: "ReleasePrefix", subnetId: id } as const;
  await execute(subnetPools, subnetPoolId, (pool) => decideSubnetPool(release, pool), call.step(projectId));
}
