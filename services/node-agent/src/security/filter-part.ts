import type { ResourceKey } from "../desired/resource-key.ts";
import { remembering } from "../observed/remember.ts";
import { byIdentity, type FilterObject, type FilterObjects, identityOf } from "./filter-object.ts";

/** Objects that change together and serve one resource. */
export interface FilterPart {
  readonly resource: ResourceKey;
  readonly alsoServes: readonly ResourceKey[];
  readonly objects: readonly FilterObject[];
  /** Whose elements are all in it: a device's, or those of its sets. Absent: others have elements in the same sets. */
  readonly owner?: string | undefined;
}

export const part = (
  resource: ResourceKey,
  objects: readonly FilterObject[],
  alsoServes: readonly ResourceKey[] = [],
): FilterPart => ({ resource, alsoServes, objects });

/** Of its objects, in their order. */
export const identitiesOf = remembering(({ objects }: FilterPart): readonly string[] => objects.map(identityOf));

/** What is in it, by identity. */
export const objectsIn = remembering(({ objects }: FilterPart): FilterObjects => byIdentity(objects));
