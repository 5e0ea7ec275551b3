import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { authenticateHeaders, callerMetadata } from "./headers.ts";

const whoIs = (headers: Readonly<Record<string, string | readonly string[]>>) => {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(headers)) for (const value of [values].flat()) metadata.add(name, value);
  return authenticateHeaders(metadata);
};
const alice = { "x-user-id": "alice", "x-project-id": "p1", "x-roles": "member" };

test("the caller is who the headers say, with the highest of his roles", () => {
  expect(whoIs(alice)).toMatchObject({ user: "alice", projectId: "p1", role: "member" });
  expect(whoIs({ ...alice, "x-roles": "reader" }).role).toBe("reader");
  expect(whoIs({ ...alice, "x-roles": "reader, member,load-balancer_admin" }).role).toBe("member");
  expect(whoIs({ ...alice, "x-roles": "Admin" }).role).toBe("admin");
});

test.each([
  [{}, "x-user-id"],
  [{ "x-user-id": "alice", "x-roles": "member" }, "x-project-id"],
  [{ "x-user-id": "alice", "x-project-id": "p1" }, "x-roles"],
  [{ ...alice, "x-project-id": "" }, "x-project-id"],
  [{ ...alice, "x-project-id": "p 1" }, "x-project-id"],
  [{ ...alice, "x-project-id": "p1, p2" }, "x-project-id"],
  [{ ...alice, "x-project-id": ["p1", "p2"] }, "x-project-id"],
  [{ ...alice, "x-user-id": "a".repeat(256) }, "x-user-id"],
  [{ ...alice, "x-roles": "administrator,xadmin" }, "x-roles"],
  [{ ...alice, "x-roles": ["member", "admin"] }, "x-roles"],
  [{ ...alice, "x-service-roles": "service" }, "x-service-user-id"],
  [{ ...alice, "x-service-user-id": "topology" }, "x-service-roles"],
  [{ ...alice, "x-service-user-id": "topology", "x-service-roles": "member" }, "x-service-roles"],
])("%j is refused, and the header named", (headers, header) => {
  const refused = () => whoIs(headers);
  expect(refused).toThrow(
    expect.objectContaining({ reason: "UNAUTHENTICATED", facts: expect.objectContaining({ header }) }),
  );
  expect(refused).toThrow("x-user-id, x-project-id, x-roles must say who calls");
});

test("a caller is told on as he was told, with the service that speaks for him", () => {
  for (const service of [undefined, "topology"]) {
    const caller = { user: "alice", projectId: "p1", role: "member", service } as const;
    expect(authenticateHeaders(callerMetadata(caller))).toEqual(caller);
  }
});
