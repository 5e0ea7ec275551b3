/** Kinds of resources that a node realises, as they stand in the keys of bucket DESIRED. */
const resourceKinds = [
  "network",
  "port",
  "router",
  "floatingip",
  "portforwarding",
  "securitygroup",
  "groupmember",
  "addressgroup",
  "forwarding",
  "dhcp",
  "peer",
] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** `<kind>.<id>`: names a resource on its node, in the manifest's digest and in the node's reports. */
export type ResourceKey = `${ResourceKind}.${string}`;

export function resourceKey(kind: ResourceKind, id: string): ResourceKey {
  return `${kind}.${id}`;
}

/** Undefined where the text is no resource's key. */
export function parseResourceKey(text: string): { readonly kind: ResourceKind; readonly id: string } | undefined {
  const [kind, id, ...rest] = text.split(".");
  if (!isResourceKind(kind) || id === undefined || id === "" || rest.length > 0) return undefined;
  return { kind, id };
}

/** The bucket's key of one resource on one node: `<nodeId>.<kind>.<id>`. */
export function desiredKey(nodeId: string, resource: ResourceKey): string {
  return `${nodeId}.${resource}`;
}

/** The bucket's key of a node's manifest. */
export function manifestKey(nodeId: string): string {
  return `${nodeId}.manifest`;
}

export type DesiredKey =
  | { readonly nodeId: string; readonly manifest: true }
  | { readonly nodeId: string; readonly manifest: false; readonly resource: ResourceKey };

/** Undefined where the text is none of the bucket's keys. */
export function parseDesiredKey(text: string): DesiredKey | undefined {
  const dot = text.indexOf(".");
  const nodeId = text.slice(0, dot);
  const rest = text.slice(dot + 1);
  if (dot <= 0) return undefined;
  if (rest === "manifest") return { nodeId, manifest: true };
  const resource = parseResourceKey(rest);
  return resource && { nodeId, manifest: false, resource: resourceKey(resource.kind, resource.id) };
}

function isResourceKind(text: string | undefined): text is ResourceKind {
  return (resourceKinds as readonly (string | undefined)[]).includes(text);
}
