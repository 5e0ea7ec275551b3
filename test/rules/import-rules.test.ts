import { afterAll, describe, expect, test } from "vitest";
import { SampleRepository } from "./sample-repository.ts";
import { soundSources } from "./sound-sources.ts";

/** Each breach is one file added to sound sources: [what it does, where, its text, the rule that refuses it]. */
const breaches: readonly (readonly [string, string, string, string])[] = [
  [
    "a pure room reads files",
    "services/ipam/src/subnet/decide.ts",
    'export { readFileSync } from "node:fs";\n',
    "pure-rooms-import-only-pure-code",
  ],
  [
    "a room nobody has heard of is pure too",
    "services/ipam/src/pool/decide.ts",
    'export { connect } from "node:net";\n',
    "pure-rooms-import-only-pure-code",
  ],
  [
    "a pure room makes ids",
    "services/ipam/src/subnet/decide.ts",
    'export { randomUUID } from "node:crypto";\n',
    "pure-rooms-import-only-pure-code",
  ],
  [
    "a pure room logs",
    "services/ipam/src/subnet/decide.ts",
    'export { writer } from "@rhumbline/telemetry";\n',
    "pure-rooms-import-only-pure-code",
  ],
  [
    "a pure room speaks to the log",
    "services/ipam/src/subnet/decide.ts",
    'export { port } from "@rhumbline/event-sourcing/kurrent";\n',
    "pure-rooms-import-only-pure-code",
  ],
  [
    "a pure room calls an edge",
    "services/ipam/src/subnet/decide.ts",
    'export { create } from "../api/subnet-service.ts";\n',
    "pure-rooms-know-no-edge",
  ],
  [
    "a pure room reads the configuration",
    "services/ipam/src/subnet/decide.ts",
    'export { home } from "../config.ts";\n',
    "pure-rooms-know-no-edge",
  ],
  [
    "a pure room takes a request as it comes from the wire",
    "services/ipam/src/subnet/decide.ts",
    'export type { CreateSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";\n',
    "pure-rooms-know-no-requests",
  ],
  [
    "a pure room encodes events",
    "services/ipam/src/subnet/decide.ts",
    'import { AddressAllocated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";\n\nexport const n = AddressAllocated.name;\n',
    "pure-rooms-know-messages-as-types",
  ],
  [
    "a service imports another's code",
    "services/topology/src/api/network-service.ts",
    'export { allocated } from "../../../ipam/src/subnet/state.ts";\n',
    "services-meet-only-over-the-wire",
  ],
  [
    "the CLI imports a service's code",
    "cli/src/subnet.ts",
    'export { allocated } from "../../services/ipam/src/subnet/state.ts";\n',
    "the-cli-meets-services-only-over-the-wire",
  ],
  [
    "a lib imports a service's code",
    "libs/net/src/mtu.ts",
    'export { defaultMtu } from "../../../services/topology/src/network/state.ts";\n',
    "libs-know-no-service",
  ],
  [
    "a service imports what tests use",
    "services/ipam/src/api/probe.ts",
    'export { runInTest } from "../../../../test/support/kernel.ts";\n',
    "the-product-knows-no-test-and-no-lab",
  ],
  [
    "an edge other than the kernel room runs programs",
    "services/node-agent/src/apply/apply-plan.ts",
    'export { spawn } from "node:child_process";\n',
    "only-the-kernel-room-runs-programs",
  ],
  [
    "a lib runs programs, by the old name of the module",
    "libs/net/src/ping.ts",
    'export { spawn } from "child_process";\n',
    "only-the-kernel-room-runs-programs",
  ],
  [
    "a test starts a process by importing its main",
    "test/scenarios/start.ts",
    'import "../../services/ipam/src/main.ts";\n',
    "nothing-imports-main",
  ],
  [
    "two files import each other",
    "services/topology/src/network/decide.ts",
    'import * as itself from "./decide.ts";\n\nexport const name = String(itself);\n',
    "no-cycles",
  ],
  ["an import leads nowhere", "libs/net/src/lost.ts", 'export { gone } from "./gone.ts";\n', "every-import-resolves"],
];

describe("the import rules", () => {
  const repository = new SampleRepository(soundSources);
  afterAll(() => repository[Symbol.dispose]());

  test("sound sources pass", () => {
    expect(repository.importRules()).toEqual({ exitCode: 0, findings: [] });
  });

  test.each(breaches)("%s: refused", (_what, file, text, rule) => {
    repository.write(file, text);
    const { exitCode, findings } = repository.importRules();
    repository.remove(file);
    expect(findings).toEqual([{ file, rule }]);
    expect(exitCode).toBeGreaterThan(0);
  });

  test("a run that looks at no file fails", () => {
    using empty = new SampleRepository({
      "libs/net/README": "",
      "services/README": "",
      "cli/README": "",
      "test/README": "",
    });
    expect(empty.importRules().exitCode).toBe(1);
  });
});
