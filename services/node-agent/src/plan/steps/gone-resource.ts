import { idOf, type ResourceKey, type ResourceKind } from "../../desired/resource-key.ts";

/** The key of the removed resource that a device was made for; empty when no such key is held any more. */
export function goneResourceOf(
  gone: ReadonlySet<ResourceKey>,
  kind: ResourceKind,
  deviceName: (id: string) => string,
  device: string,
): ResourceKey {
  for (const key of gone) if (key.startsWith(`${kind}.`) && deviceName(idOf(key)) === device) return key;
  return "";
}
