import { MalformedMessage } from "./bus/bus-errors.ts";

/** The JSON side of a generated protobuf message. */
export interface JsonMessage<T> {
  fromJSON(object: unknown): T;
  toJSON(message: T): unknown;
}

/** To make one costs more than most messages do. */
const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export const encode = <T>(type: JsonMessage<T>, message: T): Uint8Array =>
  toUtf8.encode(JSON.stringify(type.toJSON(message)));

/** @param whence what the message came by, for the error's words.
 *  @throws {MalformedMessage} */
export function decode<T>(type: JsonMessage<T>, payload: Uint8Array, whence: string): T {
  try {
    const parsed: unknown = JSON.parse(fromUtf8.decode(payload));
    if (typeof parsed !== "object" || parsed === null) throw new TypeError("not an object");
    return type.fromJSON(parsed);
  } catch (error) {
    throw new MalformedMessage(whence, "is not the JSON of its message", { cause: error });
  }
}
