/** Kinds of resources that a node realises, as bucket DESIRED and the nodes' reports name them. */
const resourceKinds = [
  "network",
  "port",
  "router",
  "floatingip",
  "portforwarding",
  "forwarding",
  "dhcp",
  "peer",
  "securitygroup",
  "groupmember",
  "addressgroup",
] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** `<kind>.<id>`. */
export type ResourceKey = `${ResourceKind}.${string}`;

export const resourceKey = (kind: ResourceKind, id: string): ResourceKey => `${kind}.${id}`;

export function splitResourceKey(key: ResourceKey): { readonly kind: ResourceKind; readonly id: string } {
  const dot = key.indexOf(".");
  return { kind: key.slice(0, dot) as ResourceKind, id: key.slice(dot + 1) };
}

/** False for what a node reports of something that this build knows nothing of. */
export const isResourceKey = (text: string): text is ResourceKey =>
  resourceKinds.some((kind) => text.startsWith(`${kind}.`));
