import { conntrackEntries, type LabInstance } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DesiredState,
  desiredState,
  filteredBy,
  instancePort,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { echoServer } from "../agent/echo-programs.ts";
import { everythingOut } from "./dual-stack.ts";

type Rules = readonly ReturnType<typeof rule>[];

const [client, server] = ["10.0.0.11", "10.0.0.12"];
const asking = rule(3, { protocol: 6, portRangeMin: 9000, portRangeMax: 9000 });

/** Two projects' networks with the same addresses: 11 and 12, 21 and 22. The servers let in what the rules say. */
const projects = (ofFirst: Rules, ofSecond: Rules): DesiredState =>
  desiredState(
    tenantNetwork(1),
    tenantNetwork(2),
    instancePort(11, 1, { ...filteredBy(1), ipAddresses: [client] }),
    instancePort(12, 1, { ...filteredBy(2), ipAddresses: [server] }),
    instancePort(21, 2, { ...filteredBy(1), ipAddresses: [client] }),
    instancePort(22, 2, { ...filteredBy(3), ipAddresses: [server] }),
    securityGroup(1, ...everythingOut),
    securityGroup(2, ...everythingOut, ...ofFirst),
    securityGroup(3, ...everythingOut, ...ofSecond),
  );

describe.each(securityBackends)(
  "filtered by %s, two projects with the same addresses on one node",
  requiresRoot,
  (backend) => {
    let kernelLab: KernelLab;
    const clients: LabInstance[] = [];

    beforeAll(async () => {
      kernelLab = await startKernelLab("process", { securityBackend: backend });
      for (const project of [1, 2]) {
        clients.push(await plug(project * 10 + 1, client));
        const instance = await plug(project * 10 + 2, server);
        await instance.spawn(echoServer(`project ${project}`), { name: `server-${project}` });
        await eventually(async () => expect(await instance.output(["ss", "-ltn"])).toContain(":9000 "));
      }
    });
    afterAll(() => kernelLab.lab.down());

    const plug = (number: number, address: string): Promise<LabInstance> =>
      kernelLab.node.plugInstance({
        name: `instance${number}`,
        portId: sampleId("c", number),
        mac: `fa:16:3e:00:01:${number}`,
        address: `${address}/24`,
      });

    const realise = async (state: DesiredState): Promise<void> => {
      expect((await kernelLab.realise(state)).failures).toEqual([]);
      expect(await kernelLab.planFor(state)).toEqual([]);
    };

    /** Who answers each of them, all from the same port to the same port. */
    const answers = (): Promise<string[]> =>
      Promise.all(clients.map(async (each) => (await each.run(["python3", "-c", askOnce, server])).stdout.trim()));

    test("a connection of one opens nothing for the other's, of the same addresses and ports", async () => {
      await realise(projects([asking], []));
      expect(await answers()).toEqual(["project 1", "nothing"]);
      await realise(projects([], [asking]));
      expect(await answers()).toEqual(["nothing", "project 2"]);
    });

    test("both have theirs at the same time", async () => {
      await realise(projects([asking], [asking]));
      expect(await answers()).toEqual(["project 1", "project 2"]);
      const entries = (await conntrackEntries(kernelLab.node)).filter((line) => line.includes("sport=5555 dport=9000"));
      expect(new Set(entries.map((line) => / zone=(\d+)/.exec(line)?.[1])).size).toBe(2);
    });
  },
);

/** From port 5555. The end is a reset, so that the next one may have the same port. */
const askOnce = `
import socket, struct, sys
asked = socket.socket()
asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
asked.settimeout(2)
asked.bind(("", 5555))
try:
    asked.connect((sys.argv[1], 9000))
    asked.send(b"?")
    print(asked.recv(100).decode())
except OSError:
    print("nothing")
`;
