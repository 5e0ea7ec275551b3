import { MalformedMessage } from "../bus/bus-errors.ts";

/** The JSON side of a generated protobuf message. */
export interface JsonMessage<T> {
  fromJSON(object: unknown): T;
  toJSON(message: T): unknown;
}

export function encode<T>(type: JsonMessage<T>, message: T): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(type.toJSON(message)));
}

/** @throws {MalformedMessage} */
export function decode<T>(type: JsonMessage<T>, payload: Uint8Array, subject: string): T {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof parsed !== "object" || parsed === null) throw new TypeError("not an object");
    return type.fromJSON(parsed);
  } catch (error) {
    throw new MalformedMessage(subject, "is not the JSON of its message", { cause: error });
  }
}
