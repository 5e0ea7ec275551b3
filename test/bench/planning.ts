import { applyPlan } from "../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../services/node-agent/src/desired/compile-desired.ts";
import {
  desiredState,
  externalNetwork,
  filteredBy,
  gatewayPort,
  groupMember,
  instancePort,
  remotePort,
  router,
  rule,
  sampleHost,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../../services/node-agent/src/kernel/fake/fake-kernel.ts";
import { plan } from "../../services/node-agent/src/plan/plan.ts";
import { elapsedMs, type Row } from "./row.ts";

type State = ReturnType<typeof desiredState>;

/** What the agent itself takes for plans of many objects, the kernel left out: it must grow with their number alone. */
export async function planning(): Promise<Row[]> {
  const routers = (count: number): State => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const entries = numbers.map((number) =>
      router(number, [1], {
        gateway: gatewayPort(number, { addresses: [`203.${number >> 8}.113.${number & 255}/8`] }),
      }),
    );
    return desiredState(externalNetwork(), tenantNetwork(1), ...entries);
  };
  const ports = (count: number): State => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const entries = numbers.map((number) => {
      return remotePort(number, 1, { ipAddresses: [`10.1.${number >> 8}.${number & 255}`] });
    });
    return desiredState(tenantNetwork(1, { tunnelPeers: ["198.18.0.12"] }), ...entries);
  };
  const filtered = (count: number): State => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const addressOf = (number: number) => `10.1.${number >> 8}.${number & 255}`;
    const here = numbers
      .slice(0, count / 20)
      .map((number) => instancePort(number, 1, { ...filteredBy(1), ipAddresses: [addressOf(number)] }));
    const members = numbers.map((number) => groupMember(number, [1], addressOf(number)));
    return desiredState(
      tenantNetwork(1),
      securityGroup(1, rule(1, { remoteGroupId: sampleId("b", 1) })),
      ...here,
      ...members,
    );
  };
  return [
    ...(await rows("plan and report ports in a group, a twentieth of them here", 15_000, filtered, 10_000)),
    ...(await rows("plan and report new routers", 15_000, routers, 500)),
    ...(await rows("plan and report forwarding entries", 15_000, ports, 10_000)),
  ];
}

/** The floor: as many times what a tenth of the most takes a piece. A ratio far above 1 is growth beyond the number of
 *  objects. */
async function rows(name: string, target: number, stateOf: (count: number) => State, most: number): Promise<Row[]> {
  const measured: [size: number, value: number][] = [];
  await realiseMs(stateOf(most / 10));
  for (const size of [most / 100, most / 10, most]) measured.push([size, await realiseMs(stateOf(size))]);
  const [, tenth = [1, 0] as const] = measured;
  return measured.map(([size, value]) => ({
    ...{ name, size, value, unit: "ms" },
    target: size === most ? target : undefined,
    floor: (tenth[1] * size) / tenth[0],
  }));
}

async function realiseMs(state: State): Promise<number> {
  const kernel: FakeKernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  const observed = await kernel.observe();
  return elapsedMs(async () => {
    const desired = compileDesired(state, sampleHost);
    for (const [key, error] of desired.errors) throw new Error(`${key} was not compiled: ${error}`);
    const { failures } = await applyPlan(kernel, plan(desired, observed), observed);
    if (failures.length > 0) throw new Error(`the fake kernel refused: ${failures[0]?.error}`);
  });
}
