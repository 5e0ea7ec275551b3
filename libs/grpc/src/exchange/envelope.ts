import { type status as Code, Metadata } from "@grpc/grpc-js";
import { InvalidFields } from "@rhumbline/event-sourcing";
import type { CallRefusal } from "@rhumbline/proto/rhumbline/service/v1/call_service";
import type { CallMetadata } from "../access/caller.ts";
import { detailsKey, type GrpcStatus } from "../status.ts";

/** How calls travel inside messages: their metadata as text, their statuses as messages. */

export function toTexts(metadata: Metadata): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata.getMap())) if (typeof value === "string") texts[key] = value;
  return texts;
}

/** As gRPC has it of headers that are text (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Custom-Metadata). */
const headerName = /^(?!.*-bin$)[0-9a-z_.-]+$/;
const headerText = /^[ -~]*$/;

/** @throws {InvalidFields} one could be no header of HTTP. */
export function fromTexts(texts: Readonly<Record<string, string>>): CallMetadata {
  for (const [name, text] of Object.entries(texts)) {
    if (headerName.test(name) && headerText.test(text)) continue;
    const description = `${JSON.stringify(name)} could be no header of text`;
    throw new InvalidFields([{ field: "calls.metadata", description }]);
  }
  return { get: (name) => (Object.hasOwn(texts, name) ? [texts[name] ?? ""] : []) };
}

export function toRefusal({ code, details: message, metadata }: GrpcStatus): CallRefusal {
  const [details] = metadata.get(detailsKey);
  return { code, message, details: details instanceof Buffer ? details : Buffer.alloc(0) };
}

/** As a call of its own would have failed. */
export class CallRefused extends Error implements GrpcStatus {
  override readonly name = "CallRefused";
  readonly code: Code;
  readonly details: string;
  readonly metadata = new Metadata();

  constructor({ code, message, details }: CallRefusal) {
    super(message);
    this.code = code;
    this.details = message;
    if (details.length > 0) this.metadata.set(detailsKey, details);
  }
}
