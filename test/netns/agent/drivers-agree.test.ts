import { PersistentMap } from "@rhumbline/event-sourcing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namedStates } from "../../../services/node-agent/src/kernel/contract/named-states.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

let lab: KernelLab;

describe("what the native driver sees is what iproute2's programs print", requiresRoot, () => {
  beforeAll(async () => {
    lab = await startKernelLab("native");
    const instances = [await lab.plugInstance(11, 1), await lab.plugInstance(12, 1)];
    expect(instances).toHaveLength(2);
  });
  afterAll(() => lab.lab.down());

  test("of an untouched host", () => expectAgreement());

  test.each(Object.entries(namedStates))("of %s", async (_, state) => {
    const { failures } = await lab.realise(state);
    expect(failures).toEqual([]);
    await expectAgreement();
  });

  test("of connections, translated and not", async () => {
    await lab.realise(namedStates["a floating IP"]);
    const pings = ["203.0.113.1", "203.0.113.201", "10.0.1.12"].map((address) =>
      lab.node.run(["ip", "netns", "exec", "instance11", "ping", "-c1", "-W1", address]),
    );
    await Promise.all(pings);
    const [router] = (await lab.kernel.observe()).namespaces.values();
    expect(router?.flows.map(({ destination, replySource }) => [destination, replySource])).toContainEqual([
      "203.0.113.201",
      "10.0.1.11",
    ]);
    await expectAgreement();
  });
});

async function expectAgreement(): Promise<void> {
  const [native, printed] = [await lab.kernel.observe(), await lab.processes.observe()];
  expect(sorted(native)).toEqual(sorted(printed));
}

/** Maps have no order of their own. */
function sorted(value: unknown): unknown {
  if (value instanceof Map || value instanceof PersistentMap)
    return [...value].map(([key, each]) => [key, sorted(each)]).sort();
  if (Array.isArray(value) || value instanceof Set)
    return [...value]
      .map(sorted)
      .map((each) => JSON.stringify(each))
      .sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sorted(each)]));
}
