import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPlan } from "../apply/apply-plan.ts";
import { compileDesired } from "../desired/compile-desired.ts";
import type { DesiredKernel } from "../desired/desired-kernel.ts";
import { rulesBackends } from "../desired/host-facts.ts";
import { asKnown } from "../feed/as-known.ts";
import { arbitraryStateWithVlans as arbitraryState } from "../kernel/contract/arbitrary-state.ts";
import { sampleHost } from "../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../kernel/fake/fake-kernel.ts";
import { objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedFlow, ObservedKernel, ObservedLink, ObservedNamespace } from "../observed/observed-kernel.ts";
import { isOwnHostEnd } from "../observed/ownership.ts";
import { ReportedObjects } from "../report/reported-objects.ts";
import { Unreported } from "../report/unreported.ts";
import { type FilterObject, identityOf } from "../security/filter-object.ts";
import { foresee, plan } from "./plan.ts";
import { printOperation } from "./print-operation.ts";

/** A state, and what the agent that is to realise it writes rules with: agents are started again with another. */
const arbitraryWish = fc.record({ state: arbitraryState, backend: fc.constantFrom(...rulesBackends) });
type Wish = typeof arbitraryWish extends fc.Arbitrary<infer W> ? W : never;
const walk = fc.array(arbitraryWish, { minLength: 1, maxLength: 6 });
const namespace = "qrouter-a0000001-0000-4000-8000-000000000000";

function host(): FakeKernel {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  for (const name of ["tapc0000011-00", "tapc0000012-00"]) kernel.addLink({ name });
  return kernel;
}

const hosts = {
  iptables: { ...sampleHost, backend: "iptables" },
  nftables: { ...sampleHost, backend: "nftables" },
} as const;

const desiredBy = ({ state, backend }: Wish): DesiredKernel => compileDesired(state, hosts[backend]);

/** The same as a wish of its own: nothing found out about another is known of it. */
const anew = (wish: Wish): Wish => ({ ...wish, state: new Map(structuredClone([...wish.state])) });

/** A later wish, made of what is known already as far as it says the same. */
const after = (before: Wish, wish: Wish): Wish => ({
  ...wish,
  state: new Map([...wish.state].map(([key, value]) => [key, asKnown(value, before.state.get(key))])),
});

async function realise(kernel: FakeKernel, wish: Wish) {
  const observed = await kernel.observe();
  const { executed, failures } = await applyPlan(kernel, plan(desiredBy(wish), observed), observed);
  expect(failures).toEqual([]);
  return executed;
}

async function planText(kernel: FakeKernel, wish: Wish): Promise<string[]> {
  return plan(desiredBy(wish), await kernel.observe()).map(printOperation);
}

async function standing(kernel: FakeKernel): Promise<string[]> {
  return objectsOf(await kernel.observe())
    .map((each) => Object.values(each).join(" "))
    .sort();
}

test("from any state to any other: one plan, nothing refused, and a second plan is empty", async () => {
  await fc.assert(
    fc.asyncProperty(walk, async (wishes) => {
      const kernel = host();
      for (const wish of wishes) {
        await realise(kernel, wish);
        expect(await planText(kernel, wish)).toEqual([]);
      }
    }),
  );
}, 120_000);

test("what was foreseen of some namespaces, while others were not read yet, changes no plan", async () => {
  const others = fc.constantFrom(...Object.values(deeds));
  await fc.assert(
    fc.asyncProperty(
      fc.option(arbitraryWish),
      arbitraryWish,
      others,
      flows(),
      async (before, wish, deed, connections) => {
        const kernel = host();
        await realise(kernel, before ?? wish);
        for (const flow of connections) kernel.connect(namespace, flow);
        kernel.change(deed);
        const observed = await kernel.observe();
        const foreseen = desiredBy(anew(wish));
        const read: [string, ObservedNamespace][] = [];
        for (const entry of observed.namespaces) {
          read.push(entry);
          foresee(foreseen, { ...observed, namespaces: new Map(read) });
        }
        expect(plan(foreseen, observed).map(printOperation)).toEqual(
          plan(desiredBy(anew(wish)), observed).map(printOperation),
        );
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);

test("what earlier plans found to be settled changes no plan, whatever others do meanwhile", async () => {
  const sameAgain = { nil: undefined, freq: 2 };
  const steps = fc.array(fc.tuple(fc.option(arbitraryWish, sameAgain), fc.array(disturbance, { maxLength: 2 })), {
    minLength: 5,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(arbitraryWish, steps, async (first, steps) => {
      const kernel = host();
      let wish = first;
      await realise(kernel, wish);
      for (const [next, disturbances] of steps) {
        if (next !== undefined) wish = after(wish, next);
        for (const disturb of disturbances) kernel.change(disturb);
        const observed = await kernel.observe();
        const operations = plan(desiredBy(wish), observed);
        const fromNothing = plan(desiredBy(anew(wish)), plain(observed));
        expect(operations.map(printOperation)).toEqual(fromNothing.map(printOperation));
        await applyPlan(kernel, operations, observed);
        plan(desiredBy(wish), await kernel.observe());
      }
    }),
  );
}, 120_000);

test("what stands follows from the last state alone, by whatever way it was reached", async () => {
  await fc.assert(
    fc.asyncProperty(walk, arbitraryWish, async (wishes, last) => {
      const walked = host();
      for (const wish of [...wishes, last]) await realise(walked, wish);
      const straight = host();
      await realise(straight, last);
      expect((await standing(walked)).map(inAnyZone)).toEqual((await standing(straight)).map(inAnyZone));
    }),
  );
}, 120_000);

test("killed between any two operations, the next plan leads to the same end", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryWish, arbitraryWish, flows(), async (before, after, connections) => {
      const start = host();
      await realise(start, before);
      for (const flow of connections) start.connect(namespace, flow);
      const operations = plan(desiredBy(after), await start.observe());
      const undisturbed = start.copy();
      await realise(undisturbed, after);
      for (let died = 0; died <= operations.length; died++) {
        const kernel = start.copy();
        expect(await kernel.execute(operations.slice(0, died))).toEqual({ done: died, error: undefined });
        await realise(kernel, after);
        expect(await planText(kernel, after)).toEqual([]);
        expect((await standing(kernel)).map(inAnyZone)).toEqual((await standing(undisturbed)).map(inAnyZone));
        expect(flowsOf(await kernel.observe())).toEqual(flowsOf(await undisturbed.observe()));
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test("folding what was reported gives exactly what stands", async () => {
  await fc.assert(
    fc.asyncProperty(walk, async (wishes) => {
      const kernel = host();
      const unreported = new Unreported();
      let reported = ReportedObjects.none.with(objectsOf(await kernel.observe()));
      for (const wish of wishes) {
        for (const { changes } of await realise(kernel, wish)) reported = reported.with(changes);
        expect(reported.all.map((each) => Object.values(each).join(" ")).sort()).toEqual(await standing(kernel));
        expect(unreported.between(reported, await kernel.observe())).toEqual([]);
      }
    }),
  );
}, 120_000);

/** What others do in each namespace of ours, or around it. */
const deeds = {
  nothing: (kernel: ObservedKernel): ObservedKernel => kernel,
  addRoute: (kernel: ObservedKernel): ObservedKernel =>
    inEach(kernel, (each) => ({
      ...each,
      routes: [...each.routes, { destination: "192.0.2.0/24", family: 4, nextHop: "10.0.1.9", device: "lo" }],
    })),
  addAddress: (kernel: ObservedKernel): ObservedKernel =>
    inEach(kernel, ({ links, ...each }) => ({
      ...each,
      links: new Map(
        [...links].map(([name, link]) => [name, { ...link, addresses: [...link.addresses, "192.0.2.1/24"] }]),
      ),
    })),
  turnDoors: (kernel: ObservedKernel): ObservedKernel => ({
    ...kernel,
    links: new Map([...kernel.links].map(([name, link]) => [name, { ...link, up: link.up !== isOwnHostEnd(link) }])),
  }),
};

/** Of the host itself, one thing that is otherwise or gone. */
const disturbance = fc
  .tuple(
    fc.constantFrom("links", "sysctls", "forwarding", "neighbours", "filter", "helpers", "namespaces"),
    fc.nat(),
    fc.boolean(),
  )
  .map(([part, at, goes]) => (kernel: ObservedKernel): ObservedKernel => {
    const [name, one] = [...kernel[part]][at % kernel[part].size] ?? [];
    if (name === undefined) return kernel;
    const others = new Map<string, unknown>(kernel[part]);
    if (goes) others.delete(name);
    else others.set(...disturbed(part, name, one));
    return { ...kernel, [part]: others };
  });

function disturbed(part: string, name: string, one: unknown): [name: string, one: unknown] {
  switch (part) {
    case "links":
      return [name, { ...(one as ObservedLink), mtu: 1280, up: false }];
    case "sysctls":
      return [name, one === "0" ? "1" : "0"];
    case "filter": {
      const object = one as FilterObject;
      if (object.kind !== "element") return [name, { ...object, lines: [] }];
      const stray = { ...object, key: `${object.key} . 0e:00:00:00:00:01` };
      return [identityOf(stray), stray];
    }
    default:
      return [name, one];
  }
}

/** As a look that knows nothing makes it. */
const plain = (kernel: ObservedKernel): ObservedKernel => ({
  ...kernel,
  ...Object.fromEntries(
    (["links", "sysctls", "forwarding", "neighbours", "filter", "helpers", "namespaces"] as const).map((part) => [
      part,
      new Map<string, unknown>(kernel[part]),
    ]),
  ),
});

const inEach = (kernel: ObservedKernel, edit: (each: ObservedNamespace) => ObservedNamespace): ObservedKernel => ({
  ...kernel,
  namespaces: new Map([...kernel.namespaces].map(([name, each]) => [name, edit(each)])),
});

/** A bridge has the zone that was free when it came. */
const inAnyZone = (line: string): string => line.replace(/( ip6? zones .* : )\d+$/, "$1free when it came");

function flows(): fc.Arbitrary<ObservedFlow[]> {
  const address = fc.constantFrom(
    "198.18.200.1",
    "10.0.1.11",
    "10.0.1.12",
    "203.0.113.101",
    "203.0.113.201",
    "203.0.113.202",
    "203.0.113.221",
  );
  const port = fc.constantFrom(80, 8001, 9010, 7000, 7010);
  const ports = fc.record({
    protocol: fc.constantFrom("tcp" as const, "udp" as const),
    destinationPort: port,
    replySourcePort: port,
  });
  const addresses = { source: address, destination: address, replySource: address, replyDestination: address };
  return fc.array(fc.oneof(fc.record(addresses), fc.record({ ...addresses, ports })), { maxLength: 5 });
}

function flowsOf({ namespaces }: Awaited<ReturnType<FakeKernel["observe"]>>): unknown[] {
  return [...namespaces.values()].flatMap((each) => each.flows);
}
