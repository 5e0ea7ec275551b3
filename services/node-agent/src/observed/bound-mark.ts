import type { ResourceKey } from "../desired/resource-key.ts";

/** Link group of instances' devices while they are bound: what rules go by. Whoever runs the instance made the device; only
 *  group, alias, bridge and whether it is up are ours. */
export const boundLinkGroup = 120;

const boundAlias = "rhumbline ";

/** The group and the alias of a device that is bound to the port; with an empty key, of one that no longer is. */
export const markOfBound = (port: ResourceKey): { readonly group: number; readonly alias: string } =>
  port === "" ? { group: 0, alias: "" } : { group: boundLinkGroup, alias: `${boundAlias}${port}` };

/** The port that a device of this group and alias is bound to. */
export function boundPort(group: string | undefined, alias: string | undefined): ResourceKey | undefined {
  if (group !== String(boundLinkGroup) || !alias?.startsWith(boundAlias)) return undefined;
  const port = alias.slice(boundAlias.length);
  return isPortKey(port) ? port : undefined;
}

const isPortKey = (text: string): text is ResourceKey => /^port\.[0-9a-f-]+$/.test(text);
