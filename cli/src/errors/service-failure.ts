import type { CallFailure } from "@rhumbline/grpc";
import { identityOptions, type ServiceName, whereToSay } from "../config.ts";

/** A service refused a call, or could not be reached. */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly service: ServiceName;
  readonly address: string;
  readonly failure: CallFailure;

  constructor(service: ServiceName, address: string, failure: CallFailure) {
    super(describeFailure(service, address, failure));
    this.service = service;
    this.address = address;
    this.failure = failure;
  }
}

/** Codes of https://grpc.github.io/grpc/core/md_doc_statuscodes.html that a server may not have sent itself. */
export const grpcCodes = { deadlineExceeded: 4, notFound: 5, unimplemented: 12, unavailable: 14 } as const;

/** The npm script that starts a service. */
const startedBy: Readonly<Record<ServiceName, string>> = {
  ipam: "ipam",
  topology: "topology",
  scheduler: "router-scheduler",
  audit: "audit",
  eventLog: "event-log",
};

const identityFlags = identityOptions.map(({ flag }) => flag).join(", ");

/** One line: what the service says and its reason, or what to do about its silence. */
function describeFailure(service: ServiceName, address: string, failure: CallFailure): string {
  const name = startedBy[service];
  const { code, message, reason, violations } = failure;
  if (reason !== undefined) {
    const more = violations
      .map(({ field, description }) => `${field}: ${description}`)
      .filter((text) => !message.includes(text));
    const hint = reason === "UNAUTHENTICATED" ? `: say who you are with ${identityFlags}, or in a context` : "";
    return `${[message, ...more].join("; ")} (${reason})${hint}`;
  }
  if (code === grpcCodes.unavailable) {
    const why = /ECONNREFUSED/.test(message) ? "connection refused" : message;
    return (
      `${name} can't be reached at ${address} (${why}): start it with \`npm run ${name}\`, ` +
      `or say where it is with ${whereToSay(service)}`
    );
  }
  if (code === grpcCodes.deadlineExceeded) return `${name} at ${address} did not answer in time`;
  if (code === grpcCodes.unimplemented) {
    return `what answers at ${address} is not ${name}, or an older one (${message}): say where it is with ${whereToSay(service)}`;
  }
  return `${name} at ${address}: ${message}`;
}
