import { expect, test } from "vitest";
import { UsageError } from "../errors/usage-error.ts";
import { adminStateUp, enumText, given, maskOf } from "./flags.ts";

test("an update changes what the command line says, empty text and false included, and nothing else", () => {
  const changes = given({ name: "", description: undefined, adminStateUp: false, dnsNameservers: ["192.0.2.53"] });
  expect(changes).toEqual({ name: "", adminStateUp: false, dnsNameservers: ["192.0.2.53"] });
  expect(maskOf(changes)).toEqual(["name", "admin_state_up", "dns_nameservers"]);
});

test("a set that sets nothing is refused", () => {
  expect(() => maskOf({})).toThrow(UsageError);
});

test("up and down at once is refused; neither says nothing", () => {
  expect(() => adminStateUp({ enable: true, disable: true })).toThrow(UsageError);
  expect(adminStateUp({})).toBeUndefined();
  expect(adminStateUp({ disable: true })).toBe(false);
});

test("an enum is shown by its own word, and what is not specified by none", () => {
  expect(enumText("ROUTER_STATUS_ACTIVE", "ROUTER_STATUS_")).toBe("ACTIVE");
  expect(enumText("ROUTER_STATUS_UNSPECIFIED", "ROUTER_STATUS_")).toBe("");
});
