import type { ResourceKey } from "../resource-key.ts";

/** Whatever is wrong with one resource, a value that no parser takes included, must not hold up the others. */
export function orRefuse<T>(key: ResourceKey, errors: Map<ResourceKey, string>, compile: () => T): T | undefined {
  if (errors.has(key)) return undefined;
  try {
    return compile();
  } catch (error) {
    errors.set(key, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
