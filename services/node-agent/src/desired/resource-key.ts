/** `<kind>.<id>`, the part of a desired key behind the node's id: "router.3f2c…". Kinds: those of `ResourceKind`. */
export type ResourceKey = string;

export type ResourceKind =
  | "network"
  | "port"
  | "router"
  | "floatingip"
  | "portforwarding"
  | "forwarding"
  | "dhcp"
  | "peer"
  | "securitygroup"
  | "groupmember"
  | "addressgroup";

export function resourceKey(kind: ResourceKind, id: string): ResourceKey {
  return `${kind}.${id}`;
}

export function idOf(key: ResourceKey): string {
  return key.slice(key.indexOf(".") + 1);
}
