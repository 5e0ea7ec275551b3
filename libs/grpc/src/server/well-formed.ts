import { InvalidFields } from "@rhumbline/event-sourcing";
import type { MethodDefinition } from "../method.ts";

/** Stands for bytes that are no message of the method. */
class Malformed {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** The same method, whose malformed requests reach the handler's edge: gRPC itself would answer INTERNAL. */
export function lenient(method: MethodDefinition<never, never>): MethodDefinition<never, never> {
  const requestDeserialize = (bytes: Buffer): never => {
    try {
      return method.requestDeserialize(bytes);
    } catch (cause) {
      return new Malformed(cause) as never;
    }
  };
  return { ...method, requestDeserialize };
}

/** The request of a lenient method.
 *  @throws {InvalidFields} it is no message of the method. */
export function wellFormed(request: unknown): unknown {
  if (!(request instanceof Malformed)) return request;
  const why = request.cause instanceof Error ? request.cause.message : String(request.cause);
  throw new InvalidFields([{ field: "(request)", description: `not a message of this method: ${why}` }]);
}
