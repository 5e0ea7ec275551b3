import { randomBytes } from "node:crypto";
import { InvalidFields, NotFound, type Position } from "@rhumbline/event-sourcing";
import { cidrContains, defaultBaseMac, formatMac, macUnderBase, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { AllocatedAddress } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { MutationCall, ServiceContext } from "@rhumbline/service";
import { holdingsOf, type IpamState, scopes, subnets, subnetsOf } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";
import type { AllocateAddress } from "../subnet/commands.ts";
import { decideSubnet } from "../subnet/decide.ts";
import type { ActiveSubnet } from "../subnet/state.ts";

export interface AllocationWish {
  readonly scopeId: string;
  readonly ownerId: string;
  /** Canonical text; undefined: one is made. */
  readonly macAddress: string | undefined;
  readonly addresses: readonly AddressWish[] | "one of each IP version";
}

export interface AddressWish {
  readonly subnetId: string | undefined;
  /** Canonical text; "gateway"; undefined: any free one. */
  readonly wanted: string | undefined;
}

/** Gives owners what they wish for, over the streams of a scope and its subnets: the MAC address first and, when taking
 *  back, last, so that whatever a crash leaves is found by its owner. */
export interface Allocator {
  /** All or nothing: what was given before a refusal is taken back. */
  allocate(wish: AllocationWish, call: MutationCall): Promise<Position>;
  rehearse(wish: AllocationWish): { macAddress: string; addresses: AllocatedAddress[] };
  release(scopeId: string, ownerId: string, call: MutationCall): Promise<Position>;
}

const macCandidates = 8;

export function createAllocator(
  { fold, executor }: ServiceContext<IpamState>,
  { reuseDelayMs }: { reuseDelayMs: number },
): Allocator {
  const macCommand = ({ scopeId, ownerId, macAddress: wanted }: AllocationWish) => {
    const candidates = Array.from({ length: macCandidates }, () =>
      formatMac(macUnderBase(defaultBaseMac, randomBytes(3))),
    );
    return { type: "AllocateMacAddress", scopeId, ownerId, wanted, candidates } as const;
  };

  /** One command for each address, with the subnet that it comes from. */
  const addressCommands = ({ scopeId, ownerId, addresses }: AllocationWish): AllocateAddress[] => {
    const present = subnetsOf(fold.state, scopeId);
    const wishes = addresses === "one of each IP version" ? firstOfEachVersion(present) : addresses;
    return wishes.map((wish, i) => ({
      type: "AllocateAddress",
      subnetId: subnetFor(wish, i, present, scopeId).id,
      ownerId,
      wanted: wish.wanted,
      nowMs: Math.max(Date.now(), fold.timeMs),
      reuseDelayMs,
    }));
  };

  const projectOf = (scopeId: string): string => {
    const scope = scopes.select(fold.state, scopeId);
    return scope.status === "absent" ? "" : scope.projectId;
  };

  const release = async (scopeId: string, ownerId: string, call: MutationCall): Promise<Position> => {
    const context = call.step(projectOf(scopeId));
    const held = new Set(holdingsOf(fold.state, scopeId, ownerId).addresses.map(({ subnet }) => subnet.id));
    await Promise.all(
      [...held].map((id) =>
        executor.execute(subnets, id, (s) => decideSubnet({ type: "ReleaseAddresses", ownerId }, s), context),
      ),
    );
    const release = { type: "ReleaseMacAddress", ownerId } as const;
    const done = await executor.execute(scopes, scopeId, (scope) => decideScope(release, scope), context);
    return done.position;
  };

  return {
    async allocate(wish, call) {
      const { scopeId, ownerId } = wish;
      const context = call.step(projectOf(scopeId));
      const before = holdingsOf(fold.state, scopeId, ownerId);
      // What would be refused is refused before anything is given.
      for (const command of addressCommands(wish)) {
        executor.rehearse(subnets, command.subnetId, (subnet) => decideSubnet(command, subnet));
      }
      const mac = macCommand(wish);
      const given = await executor.execute(scopes, scopeId, (scope) => decideScope(mac, scope), context);
      try {
        let { position } = given;
        for (const command of addressCommands(wish)) {
          const done = await executor.execute(subnets, command.subnetId, (s) => decideSubnet(command, s), context);
          position = Math.max(position, done.position);
        }
        return position;
      } catch (error) {
        // What the owner had before this call stays its own.
        if (before.macAddress === undefined) await release(scopeId, ownerId, call);
        throw error;
      }
    },

    rehearse(wish) {
      const mac = macCommand(wish);
      const scope = executor.rehearse(scopes, wish.scopeId, (present) => decideScope(mac, present));
      const addresses = addressCommands(wish).map((command) => {
        const subnet = executor.rehearse(subnets, command.subnetId, (s) => decideSubnet(command, s));
        if (subnet.status === "absent") throw new NotFound("subnet", command.subnetId);
        const ipAddress = subnet.ipsByOwner.get(wish.ownerId)?.at(-1) ?? "";
        return { subnetId: subnet.id, ipAddress, prefixLength: parseCidr(subnet.cidr).prefixLength };
      });
      const macAddress = scope.status === "absent" ? "" : (scope.macByOwner.get(wish.ownerId)?.macAddress ?? "");
      return { macAddress, addresses };
    },

    release,
  };
}

function firstOfEachVersion(present: readonly ActiveSubnet[]): AddressWish[] {
  const first = new Map(
    present.map((subnet) => [parseCidr(subnet.cidr).network.family, subnet.id]).reverse() as [4 | 6, string][],
  );
  return [...first.values()].map((subnetId) => ({ subnetId, wanted: undefined }));
}

function subnetFor(
  { subnetId, wanted }: AddressWish,
  i: number,
  present: readonly ActiveSubnet[],
  scopeId: string,
): ActiveSubnet {
  if (subnetId !== undefined) {
    const named = present.find(({ id }) => id === subnetId);
    if (named === undefined) throw new NotFound(`network ${scopeId}'s subnet`, subnetId);
    return named;
  }
  const address = parseIpAddress(wanted ?? "");
  const holding = present.find(({ cidr }) => cidrContains(parseCidr(cidr), address));
  if (holding !== undefined) return holding;
  const cidrs = present.map(({ cidr }) => cidr).join(", ") || "no subnet";
  throw new InvalidFields([
    {
      field: `addresses[${i}].ip_address`,
      description: `${wanted} lies in no subnet of network ${scopeId}, which has ${cidrs}`,
    },
  ]);
}
