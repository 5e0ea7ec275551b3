import type { AllocatedAddress } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { FixedIp } from "@rhumbline/proto/rhumbline/topology/v1/port";

/** The list of an update, with the addresses that the port has already filled in: what is left without an address, or
 *  names one that the port does not have, must be given. As in Neutron's update of fixed_ips, an entry that names only
 *  a subnet keeps what the port has there (neutron/db/ipam_backend_mixin.py, _get_changed_ips_for_port). */
export function planFixedIps(wanted: readonly FixedIp[], present: readonly FixedIp[]): FixedIp[] {
  const named = new Set(wanted.map(({ ipAddress }) => ipAddress));
  const kept = present.filter(({ ipAddress }) => !named.has(ipAddress));
  return wanted.map((wish) => {
    if (wish.ipAddress !== "") return present.find((one) => isMeant(wish, one)) ?? wish;
    const at = kept.findIndex(({ subnetId }) => subnetId === wish.subnetId);
    return (at < 0 ? undefined : kept.splice(at, 1)[0]) ?? wish;
  });
}

/** Whether ipam must be asked for something. */
export const hasNewAddress = (plan: readonly FixedIp[], present: readonly FixedIp[]): boolean =>
  plan.some((wish) => !present.includes(wish));

/** The plan with what ipam gave. */
export function withGiven(
  plan: readonly FixedIp[],
  present: readonly FixedIp[],
  given: readonly AllocatedAddress[],
): FixedIp[] {
  const named = new Set([...plan, ...present].map(({ ipAddress }) => ipAddress));
  const fresh = given.filter(({ ipAddress }) => !named.has(ipAddress));
  return plan.flatMap((wish) => {
    if (wish.ipAddress !== "") return given.filter((one) => isMeant(wish, one)).map(fixedIpOf);
    const at = fresh.findIndex(({ subnetId }) => subnetId === wish.subnetId);
    return at < 0 ? [] : fresh.splice(at, 1).map(fixedIpOf);
  });
}

/** Those of the addresses that the others don't have. */
export const without = <A extends FixedIp>(addresses: readonly A[], others: readonly FixedIp[]): A[] =>
  addresses.filter(
    (one) => !others.some(({ subnetId, ipAddress }) => subnetId === one.subnetId && ipAddress === one.ipAddress),
  );

const isMeant = (wish: FixedIp, { subnetId, ipAddress }: FixedIp): boolean =>
  wish.ipAddress === ipAddress && (wish.subnetId === "" || wish.subnetId === subnetId);

const fixedIpOf = ({ subnetId, ipAddress }: FixedIp): FixedIp => ({ subnetId, ipAddress });
