/** One lib of each kind, a service with a pure room and edges, the kernel room, and the CLI: all by the rules. */
export const soundSources: Readonly<Record<string, string>> = {
  "libs/net/src/index.ts": "export const lastAddress = 255;\n",
  "libs/event-sourcing/src/index.ts": "export interface Decider {\n  readonly name: string;\n}\n",
  "libs/event-sourcing/src/kurrent.ts": "export const port = 2113;\n",
  "libs/telemetry/src/index.ts": 'import { pid } from "node:process";\n\nexport const writer = pid;\n',
  "proto/gen/rhumbline/ipam/v1/ipam_events.ts":
    "export const AddressAllocated = { name: 1 };\nexport type AddressAllocated = { ip: string };\n",
  "proto/gen/rhumbline/ipam/v1/subnet_service.ts": "export type CreateSubnetRequest = { cidr: string };\n",
  "services/ipam/src/subnet/state.ts": `import type { Decider } from "@rhumbline/event-sourcing";
import { lastAddress } from "@rhumbline/net";
import type { AddressAllocated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";

export const allocated = (ip: string): AddressAllocated => ({ ip });
export const free = (decider: Decider): string => decider.name + lastAddress;
`,
  "services/ipam/src/api/subnet-service.ts": `import { randomUUID } from "node:crypto";
import { AddressAllocated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import type { CreateSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { writer } from "@rhumbline/telemetry";
import { allocated } from "../subnet/state.ts";

export const create = (request: CreateSubnetRequest): unknown => [
  allocated(request.cidr),
  AddressAllocated,
  writer,
  randomUUID(),
  Date.now(),
];
`,
  "services/ipam/src/config.ts": "export const home = process.env;\n",
  "services/ipam/src/main.ts": `import { create } from "./api/subnet-service.ts";
import { home } from "./config.ts";

process.stdout.write(String([create, home]));
`,
  "services/topology/src/network/state.ts": "export const defaultMtu = 1450;\n",
  "services/node-agent/src/kernel/run.ts":
    'import { execFile } from "node:child_process";\n\nexport const run = execFile;\n',
  "cli/src/main.ts": 'import { lastAddress } from "@rhumbline/net";\n\nprocess.stdout.write(String(lastAddress));\n',
  "test/support/kernel.ts":
    'import { run } from "../../services/node-agent/src/kernel/run.ts";\n\nexport const runInTest = run;\n',
};
