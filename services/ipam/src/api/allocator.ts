import { randomBytes } from "node:crypto";
import { InvalidFields, NotFound, type Position } from "@rhumbline/event-sourcing";
import { cidrContains, defaultBaseMac, formatMac, macUnderBase, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { AllocatedAddress } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { MutationCall, ServiceContext } from "@rhumbline/service";
import { holdingsOf, type IpamState, scopes, subnets, subnetsOf } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";
import type { Scope } from "../scope/state.ts";
import type { AllocateAddress } from "../subnet/commands.ts";
import { decideInTurn, decideSubnet } from "../subnet/decide.ts";
import { isAutoAddressed } from "../subnet/ipv6-modes.ts";
import { type ActiveSubnet, ipsOf, type Subnet } from "../subnet/state.ts";
import { createGiver, type Gift } from "./giving.ts";

export interface AllocationWish {
  readonly scopeId: string;
  readonly ownerId: string;
  /** Canonical text; undefined: one is made. */
  readonly macAddress: string | undefined;
  readonly addresses: readonly AddressWish[] | "one of each IP version";
  readonly yieldsToSubnetDeletion: boolean;
}

export interface AddressWish {
  readonly subnetId: string | undefined;
  /** Canonical text; "gateway"; undefined: any free one. */
  readonly wanted: string | undefined;
}

/** Gives owners what they wish for, over the streams of a scope and its subnets: all of it at once. Taking back, the MAC
 *  address is the last. So a crash leaves an owner with a MAC address, whose own service finds it, or addresses of an owner
 *  without one, which the sweep takes back. */
export interface Allocator {
  /** All or nothing: what was given before a refusal is taken back. */
  allocate(wish: AllocationWish, call: MutationCall): Promise<Position>;
  rehearse(wish: AllocationWish): { macAddress: string; addresses: AllocatedAddress[] };
  /** Takes back addresses; the owner keeps its MAC address. */
  releaseAddresses(
    scopeId: string,
    ownerId: string,
    named: readonly Pick<AllocatedAddress, "subnetId" | "ipAddress">[],
    call: MutationCall,
  ): Promise<Position>;
  release(scopeId: string, ownerId: string, call: MutationCall): Promise<Position>;
}

const macCandidates = 8;

export function createAllocator(
  { fold, executor }: ServiceContext<IpamState>,
  { reuseDelayMs }: { reuseDelayMs: number },
): Allocator {
  const give = createGiver(executor);

  const macCommand = ({ scopeId, ownerId, macAddress: wanted }: AllocationWish) => {
    const candidates = wanted === undefined ? drawnMacs(randomBytes(3 * macCandidates)) : [];
    return { type: "AllocateMacAddress", scopeId, ownerId, wanted, candidates } as const;
  };

  /** For each subnet how it decides on what is wished of it, on each address after those before it; and whether it has to
   *  know the owner's MAC address, since addresses are made of it there. */
  const decisions = (wish: AllocationWish) => {
    const { scopeId, ownerId, addresses, yieldsToSubnetDeletion } = wish;
    const present = subnetsOf(fold.state, scopeId);
    const wishes = addresses === "one of each IP version" ? usualSubnets(present) : addresses;
    const wantedBySubnet = new Map<string, (string | undefined)[]>();
    for (const [i, { subnetId, wanted }] of wishes.entries()) {
      const { id } = subnetFor({ subnetId, wanted }, i, present, scopeId);
      wantedBySubnet.set(id, [...(wantedBySubnet.get(id) ?? []), wanted]);
    }
    const nowMs = Math.max(Date.now(), fold.timeMs);
    return [...wantedBySubnet].map(([subnetId, wanted]) => {
      // Those named first, so that none of them is given as any free one.
      const inOrder = [...wanted.filter((one) => one !== undefined), ...wanted.filter((one) => one === undefined)];
      const decide = (subnet: Subnet, macAddress: string | undefined) => {
        const commands = inOrder.map(
          (one, i): AllocateAddress => ({
            type: "AllocateAddress",
            ...{ subnetId, ownerId, macAddress, nowMs, reuseDelayMs },
            ...{ wanted: one, yieldsToSubnetDeletion, atLeast: i + 1 },
          }),
        );
        return decideInTurn(commands, subnet);
      };
      const subnet = subnets.select(fold.state, subnetId);
      return { subnetId, decide, ofMac: subnet.status === "active" && isAutoAddressed(subnet.settings) };
    });
  };

  const projectOf = (scopeId: string): string => {
    const scope = scopes.select(fold.state, scopeId);
    return scope.status === "absent" ? "" : scope.projectId;
  };

  const releaseAddresses = async (
    { scopeId, ownerId }: Pick<AllocationWish, "scopeId" | "ownerId">,
    isMeant: (ipAddress: string, subnetId: string) => boolean,
    call: MutationCall,
  ): Promise<void> => {
    const context = call.step(projectOf(scopeId));
    const held = holdingsOf(fold.state, scopeId, ownerId).addresses;
    const meant = held.filter(({ subnet, ipAddress }) => isMeant(ipAddress, subnet.id));
    await Promise.all(
      [...new Set(meant.map(({ subnet }) => subnet.id))].map((id) => {
        const ipAddresses = meant.filter(({ subnet }) => subnet.id === id).map(({ ipAddress }) => ipAddress);
        const command = { type: "ReleaseAddresses", ownerId, ipAddresses } as const;
        return executor.execute(subnets, id, (subnet) => decideSubnet(command, subnet), context);
      }),
    );
  };

  const release: Allocator["release"] = async (scopeId, ownerId, call) => {
    await releaseAddresses({ scopeId, ownerId }, () => true, call);
    const command = { type: "ReleaseMacAddress", ownerId } as const;
    const context = call.step(projectOf(scopeId));
    return (await executor.execute(scopes, scopeId, (scope) => decideScope(command, scope), context)).position;
  };

  return {
    async allocate(wish, call) {
      const { scopeId, ownerId } = wish;
      const context = call.step(projectOf(scopeId));
      const before = holdingsOf(fold.state, scopeId, ownerId);
      const mac = macCommand(wish);
      const wished = decisions(wish);
      // What would be refused is refused before anything is given.
      const known = before.macAddress ?? wish.macAddress;
      decideScope(mac, scopes.select(fold.state, scopeId));
      for (const { subnetId, decide } of wished) decide(subnets.select(fold.state, subnetId), known);
      const gift: Gift = {
        mac: { aggregate: scopes, id: scopeId, decide: (scope) => decideScope(mac, scope), context },
        addresses: wished.map(({ subnetId, decide, ofMac }) => ({
          ofMac: ofMac && known === undefined,
          command(scope) {
            const macAddress = scope === undefined ? known : macOf(scope, ownerId);
            return { aggregate: subnets, id: subnetId, decide: (subnet) => decide(subnet, macAddress), context };
          },
        })),
      };
      try {
        return await give(gift);
      } catch (error) {
        // What the owner had before this call stays its own.
        const had = new Set(before.addresses.map(({ ipAddress }) => ipAddress));
        if (before.macAddress === undefined) await release(scopeId, ownerId, call);
        else await releaseAddresses(wish, (ipAddress) => !had.has(ipAddress), call);
        throw error;
      }
    },

    rehearse(wish) {
      const { ownerId, scopeId } = wish;
      const mac = macCommand(wish);
      const scope = executor.rehearse(scopes, scopeId, (present) => decideScope(mac, present));
      const macAddress = macOf(scope, ownerId);
      const addresses = decisions(wish).flatMap(({ subnetId, decide }) => {
        const subnet = executor.rehearse(subnets, subnetId, (present) => decide(present, macAddress));
        if (subnet.status === "absent") throw new NotFound("subnet", subnetId);
        const { prefixLength } = parseCidr(subnet.cidr);
        return ipsOf(subnet, ownerId).map((ipAddress) => ({ subnetId, ipAddress, prefixLength }));
      });
      return { macAddress: macAddress ?? "", addresses };
    },

    async releaseAddresses(scopeId, ownerId, named, call) {
      const isNamed = (ipAddress: string, subnetId: string): boolean =>
        named.some((one) => one.ipAddress === ipAddress && one.subnetId === subnetId);
      await releaseAddresses({ scopeId, ownerId }, isNamed, call);
      return fold.position;
    },

    release,
  };
}

/** Of each three bytes one, when it is looked at: the first is nearly always free. */
const drawnMacs = (random: Buffer): Iterable<string> => ({
  *[Symbol.iterator]() {
    for (let i = 0; i < random.length; i += 3) yield formatMac(macUnderBase(defaultBaseMac, random.subarray(i, i + 3)));
  },
});

const macOf = (scope: Scope, ownerId: string): string | undefined =>
  scope.status === "absent" ? undefined : scope.macByOwner.get(ownerId)?.macAddress;

/** The first of each IP version, and all where instances make their own addresses: they will, asked or not. As Neutron:
 *  neutron/db/ipam_pluggable_backend.py, _allocate_ips_for_port. */
function usualSubnets(present: readonly ActiveSubnet[]): AddressWish[] {
  const ownMade = present.filter(({ settings }) => isAutoAddressed(settings));
  const given = present.filter(({ settings }) => !isAutoAddressed(settings));
  const first = new Map(given.map(({ cidr, id }) => [parseCidr(cidr).network.family, id] as const).reverse());
  const ids = [...first.values(), ...ownMade.map(({ id }) => id)];
  return ids.map((subnetId) => ({ subnetId, wanted: undefined }));
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
