import { DomainError, InvalidFields } from "@rhumbline/event-sourcing";
import { expect, test } from "vitest";
import { failureOf, statusOf } from "./status.ts";

class NetworkInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_IN_USE";
}

test("a refusal's reason, facts and field violations reach the client", () => {
  const violations = [{ field: "subnet.cidr", description: "is required" }];
  expect(failureOf(statusOf(new InvalidFields(violations)))).toMatchObject({
    code: 3,
    message: "subnet.cidr: is required",
    reason: "INVALID_FIELD",
    violations,
  });
  const inUse = new NetworkInUse("network n is still used by port p", { portIds: "p" });
  expect(failureOf(statusOf(inUse))).toMatchObject({ code: 9, reason: "NETWORK_IN_USE", facts: { portIds: "p" } });
});

test("a refusal with very much to say still fits the headers it travels in", () => {
  const long = "é".repeat(2_000);
  const everyFieldWrong = new InvalidFields(Array.from({ length: 5_000 }, () => ({ field: long, description: long })));
  const manyUsers = new NetworkInUse(long, { portIds: long, subnetIds: long });
  for (const refusal of [everyFieldWrong, manyUsers]) {
    const { details, metadata } = statusOf(refusal);
    const header = metadata.get("grpc-status-details-bin")[0] as Buffer;
    expect(encodeURIComponent(details).length + header.toString("base64").length).toBeLessThan(20_000);
    expect(failureOf(statusOf(refusal))?.reason).toBe(refusal.reason);
  }
});

test("a fault of ours tells the caller nothing of it", () => {
  expect(statusOf(new TypeError("columns[name] is not a function"))).toMatchObject({
    code: 13,
    details: "internal error; the service's log has it",
  });
});
