import { NotFound } from "@rhumbline/event-sourcing";
import { cidrsOverlap, formatCidr, parseCidr } from "@rhumbline/net";
import type {
  AllocateMacAddress,
  CloseScope,
  OpenScope,
  ReleaseCidr,
  ReleaseMacAddress,
  ReserveCidr,
  ScopeCommand,
} from "./commands.ts";
import {
  MacAddressesExhausted,
  MacAddressInUse,
  MtuTooSmallForIpv6,
  NetworkClosing,
  NetworkInUse,
  SubnetOverlaps,
} from "./errors.ts";
import type { ScopeEvent } from "./events.ts";
import { ownerOfMac, type PresentScope, type Scope } from "./state.ts";

/** Every command is safe to repeat: what is as wanted already leads to no event. */
export function decideScope(command: ScopeCommand, scope: Scope): readonly ScopeEvent[] {
  switch (command.type) {
    case "OpenScope":
      return open(command, scope);
    case "CloseScope":
      return close(command, scope);
    case "ReserveCidr":
      return reserveCidr(command, requireOpen(scope, command.scopeId));
    case "ReleaseCidr":
      return releaseCidr(command, scope);
    case "AllocateMacAddress":
      return allocateMac(command, scope);
    case "ReleaseMacAddress":
      return releaseMac(command, scope);
    default:
      return command satisfies never;
  }
}

function open({ type: _, ...wanted }: OpenScope, scope: Scope): ScopeEvent[] {
  const { scopeId, shared, ipv4Only, external } = wanted;
  const stands = scope.status === "open" && scope.shared === shared && scope.external === external;
  if (stands && scope.ipv4Only === ipv4Only) return [];
  if (ipv4Only && scope.status !== "absent") {
    for (const [subnetId, cidr] of scope.cidrBySubnet.entries())
      if (isIpv6(cidr)) throw new MtuTooSmallForIpv6(scopeId, subnetId);
  }
  return [{ type: "ScopeOpened", data: wanted }];
}

function close({ scopeId }: CloseScope, scope: Scope): ScopeEvent[] {
  if (scope.status !== "open") return [];
  if (scope.cidrBySubnet.size > 0 || scope.macByOwner.size > 0) {
    throw new NetworkInUse(scopeId, keysOf(scope.cidrBySubnet), keysOf(scope.macByOwner));
  }
  return [{ type: "ScopeClosed", data: { scopeId } }];
}

function reserveCidr({ scopeId, subnetId, cidr }: ReserveCidr, scope: PresentScope): ScopeEvent[] {
  if (scope.cidrBySubnet.get(subnetId) === formatCidr(cidr)) return [];
  if (scope.ipv4Only && cidr.network.family === 6) throw new MtuTooSmallForIpv6(scopeId, subnetId);
  for (const [otherId, other] of scope.cidrBySubnet.entries()) {
    if (cidrsOverlap(parseCidr(other), cidr)) throw new SubnetOverlaps(formatCidr(cidr), other, otherId);
  }
  return [{ type: "CidrReserved", data: { scopeId, subnetId, cidr: formatCidr(cidr) } }];
}

function releaseCidr({ subnetId }: ReleaseCidr, scope: Scope): ScopeEvent[] {
  if (scope.status === "absent" || !scope.cidrBySubnet.has(subnetId)) return [];
  return [{ type: "CidrReleased", data: { scopeId: scope.scopeId, subnetId } }];
}

function allocateMac({ scopeId, ownerId, wanted, candidates }: AllocateMacAddress, present: Scope): ScopeEvent[] {
  const scope = requireOpen(present, scopeId);
  const held = scope.macByOwner.get(ownerId)?.macAddress;
  if (held !== undefined && (wanted === undefined || wanted === held)) return [];
  const macAddress = wanted ?? firstFree(candidates, scope);
  if (macAddress === undefined) throw new MacAddressesExhausted(scopeId, Array.from(candidates).length);
  const heldBy = ownerOfMac(scope, macAddress);
  if (heldBy !== undefined) throw new MacAddressInUse(macAddress, heldBy);
  return [{ type: "MacAddressAllocated", data: { scopeId, ownerId, macAddress } }];
}

function firstFree(candidates: Iterable<string>, scope: PresentScope): string | undefined {
  for (const candidate of candidates) if (ownerOfMac(scope, candidate) === undefined) return candidate;
  return undefined;
}

function releaseMac({ ownerId }: ReleaseMacAddress, scope: Scope): ScopeEvent[] {
  const held = scope.status === "absent" ? undefined : scope.macByOwner.get(ownerId);
  if (scope.status === "absent" || held === undefined) return [];
  return [{ type: "MacAddressReleased", data: { scopeId: scope.scopeId, ownerId, macAddress: held.macAddress } }];
}

function requireOpen(scope: Scope, scopeId: string): PresentScope {
  if (scope.status === "absent") throw new NotFound("network", scopeId);
  if (scope.status === "closed") throw new NetworkClosing(scopeId);
  return scope;
}

const isIpv6 = (cidr: string): boolean => parseCidr(cidr).network.family === 6;

const keysOf = (map: { entries(): Iterable<readonly [string, unknown]> }): string[] =>
  Array.from(map.entries(), ([key]) => key).sort();
