import { expect, test } from "vitest";
import { serverAccess } from "./server-access.ts";

test("servers without a user are taken as they are", () => {
  expect(serverAccess(["nats://198.18.0.1:4222"])).toEqual({ servers: ["nats://198.18.0.1:4222"] });
});

test("user and password are taken out of the addresses", () => {
  expect(serverAccess(["nats://node-1:p%40ss:word@a:4222", "tls://node-1:p%40ss:word@b:4222"])).toEqual({
    servers: ["nats://a:4222", "tls://b:4222"],
    user: "node-1",
    password: "p@ss:word",
  });
});
