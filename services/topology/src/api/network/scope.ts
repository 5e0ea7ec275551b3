import type { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import type { ScopeWish } from "../ipam.ts";

/** RFC 8200, section 5: the least that a link of IPv6 carries. */
const minIpv6Mtu = 1280;

/** What ipam must know of a network. */
export const scopeOf = ({
  id,
  projectId,
  shared,
  external,
  mtu,
}: Pick<Network, "id" | "projectId" | "shared" | "external" | "mtu">): ScopeWish => ({
  networkId: id,
  projectId,
  shared,
  external,
  ipv4Only: mtu < minIpv6Mtu,
});
