import { expect, test } from "vitest";
import { ServiceFailure } from "./service-failure.ts";

const refusal = { code: 9, message: "", reason: undefined, facts: {}, violations: [] };

test("a refusal is the service's words and its reason", () => {
  const failure = { ...refusal, message: "network web still has port p1", reason: "NETWORK_IN_USE" };
  expect(new ServiceFailure("topology", "127.0.0.1:4102", failure).message).toBe(
    "network web still has port p1 (NETWORK_IN_USE)",
  );
});

test("field violations are told once", () => {
  const violations = [
    { field: "subnet.cidr", description: "is no CIDR" },
    { field: "subnet.name", description: "is too long" },
  ];
  const failure = { ...refusal, message: "subnet.cidr: is no CIDR", reason: "INVALID_FIELD", violations };
  expect(new ServiceFailure("ipam", "127.0.0.1:4101", failure).message).toBe(
    "subnet.cidr: is no CIDR; subnet.name: is too long (INVALID_FIELD)",
  );
});

test("a service that isn't there is named with its address, and with how it is started", () => {
  const failure = { ...refusal, code: 14, message: "No connection established. Last error: connect ECONNREFUSED" };
  expect(new ServiceFailure("scheduler", "127.0.0.1:4103", failure).message).toBe(
    "router-scheduler can't be reached at 127.0.0.1:4103 (connection refused): start it with `npm run router-scheduler`, " +
      "or say where it is with --scheduler HOST:PORT or RHUMB_SCHEDULER",
  );
});
