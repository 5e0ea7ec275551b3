import { NotBuilt } from "@rhumbline/event-sourcing";
import { fullMethodName, type MethodDefinition } from "./method.ts";
import type { MountedService } from "./server.ts";

/** A service whose every method answers UNIMPLEMENTED, by its definition. */
export function mountNotBuilt(definition: object): MountedService {
  const methods = definition as Readonly<Record<string, MethodDefinition<never, never>>>;
  const handlers = Object.entries(methods).map(([name, { path }]) => [
    name,
    async () => {
      throw new NotBuilt(fullMethodName(path));
    },
  ]);
  return { definition: methods, handlers: Object.fromEntries(handlers) };
}
