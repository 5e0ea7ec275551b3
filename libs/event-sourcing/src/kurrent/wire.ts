/** The protocol's messages as bytes, for the other end of the wire. */
export { framed, MessageCutter } from "./grpc-frames.ts";
export { WireCursor } from "./wire-cursor.ts";
export * as fields from "./wire-fields.ts";
export { WireWriter } from "./wire-writer.ts";
