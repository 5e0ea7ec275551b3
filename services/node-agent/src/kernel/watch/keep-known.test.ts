import { beforeEach, expect, test } from "vitest";
import { editNamespace } from "../../observed/edit-kernel.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { desiredState, externalNetwork, gatewayPort, router, tenantNetwork } from "../contract/sample-state.ts";
import { standing } from "../fake/plan-on-fake.ts";
import { keepKnown } from "./keep-known.ts";

let known: ObservedKernel;

beforeEach(async () => {
  const state = desiredState(
    ...[externalNetwork(), tenantNetwork(1), router(1, [1], { gateway: gatewayPort(1) }), router(2, [1])],
  );
  known = await (await standing(state)).observe();
});

test("a namespace that says what is known of it is the very same", () => {
  const kept = keepKnown(known, asRead(known));
  for (const [name, namespace] of kept.namespaces) expect(namespace).toBe(known.namespaces.get(name));
  expect(kept.namespaces.size).toBe(2);
});

test("of one in which something is otherwise, that is what was read, and all else the same", () => {
  const [name = ""] = known.namespaces.keys();
  const read = editNamespace(asRead(known), name, (namespace) => ({
    ...namespace,
    filter: new Map([...namespace.filter].slice(1)),
    sysctls: new Map(namespace.sysctls).set("net.ipv4.ip_forward", "0"),
  }));
  expect(asRead(keepKnown(known, read)).namespaces).toEqual(asRead(read).namespaces);
  const [before, kept] = [known, keepKnown(known, read)].map(({ namespaces }) => namespaces.get(name));
  expect(kept?.links).toBe(before?.links);
  expect(kept?.filter).not.toBe(before?.filter);
  for (const [identity, object] of kept?.filter ?? []) expect(object).toBe(before?.filter.get(identity));
});

test("what is gone is gone, and what is new is as it was read", () => {
  const [name = "", other = ""] = known.namespaces.keys();
  const read = asRead(known);
  const kept = keepKnown(
    { ...known, namespaces: new Map([...known.namespaces].filter(([each]) => each !== other)) },
    { ...read, namespaces: new Map([...read.namespaces].filter(([each]) => each !== name)) },
  );
  expect([...kept.namespaces.keys()]).toEqual([other]);
  expect(kept.namespaces.get(other)).toBe(read.namespaces.get(other));
});

/** The same once more, of other objects. */
function asRead(kernel: ObservedKernel): ObservedKernel {
  const copied = [...kernel.namespaces].map(([name, namespace]) => {
    const { links, sysctls, tables, filter } = namespace;
    const maps = { links: new Map(links), sysctls: new Map(sysctls), tables: new Map(tables), filter: new Map(filter) };
    return [name, structuredClone({ ...namespace, ...maps })] as const;
  });
  return { ...kernel, namespaces: new Map(copied) };
}
