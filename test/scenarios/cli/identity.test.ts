import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateNetworkRequest, NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { killServices, startService } from "../../support/service-process.ts";
import { bundleRhumb, type Outcome, runRhumb } from "./installation.ts";

let log: EventLogProcess;
let folder: string;
let env: Record<string, string>;
const rhumb = (...args: readonly string[]): Promise<Outcome> => runRhumb(args, env);
const as = (context: string, ...args: readonly string[]): Promise<Outcome> => rhumb(...args, "--context", context);
const names = async (context: string, ...args: readonly string[]): Promise<string[]> =>
  (await as(context, ...args, "-o", "name")).stdout.split("\n").filter((line) => line !== "");

beforeAll(async () => {
  await bundleRhumb();
  [log, folder] = await Promise.all([startEventLog(), mkdtemp(join(tmpdir(), "rhumb-identity-"))]);
  const flags = ["--log", log.connectionString, "--auth", "headers"];
  const ipam = await startService("ipam", flags, { listen: `127.0.0.1:${await freePort()}` });
  const topology = await startService("topology", [...flags, "--ipam", ipam.address]);
  env = { RHUMB_CONTEXTS: join(folder, "contexts.yaml"), RHUMB_IPAM: ipam.address, RHUMB_TOPOLOGY: topology.address };
  const networks = topology.channel.client(NetworkServiceService);
  for (const [projectId, name] of [
    ["p1", "web"],
    ["p1", "only-p1"],
    ["p2", "web"],
  ] as const) {
    const caller = { user: "test", projectId, role: "member" } as const;
    const request = CreateNetworkRequest.fromPartial({ network: { name } });
    await eventually(async () => void (await networks.createNetwork(request, { caller })));
  }
  const contexts = {
    alice: { user: "alice", project: "p1", roles: "member" },
    bob: { user: "bob", project: "p2", roles: "member" },
    root: { user: "root", project: "p2", roles: "admin" },
    rita: { user: "rita", project: "p1", roles: "reader" },
  };
  await writeFile(env["RHUMB_CONTEXTS"] ?? "", JSON.stringify({ contexts }));
});
afterAll(async () => {
  await killServices();
  await log.kill();
  await rm(folder, { recursive: true });
});

test("who does not say who he is, is told how", async () => {
  const { code, stderr } = await rhumb("network", "list");
  expect(code).toBe(1);
  expect(stderr).toContain("x-user-id, x-project-id, x-roles must say who calls: x-user-id is missing");
  expect(stderr).toContain("say who you are with --as-user, --as-project, --as-roles, or in a context");
  const set = await rhumb("context", "set", "ruth", "--as-user", "ruth", "--as-project", "p9", "--as-roles", "reader");
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(await as("ruth", "network", "list", "-o", "name")).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

test("each sees his project; an administrator the one he acts in, another, or all", async () => {
  expect(await names("bob", "network", "list")).toEqual(["web"]);
  expect(await names("root", "network", "list")).toEqual(["web"]);
  expect(await names("root", "network", "list", "--all-projects")).toHaveLength(3);
  expect(await names("root", "network", "list", "--project", "p1", "--sort", "name")).toEqual(["only-p1", "web"]);
  expect((await as("root", "network", "list", "--project", "p1", "--all-projects")).code).toBe(2);
  const mine = JSON.parse((await as("root", "network", "get", "web", "-o", "json")).stdout);
  expect(mine.network.projectId).toBe("p2");
});

test("what is not one's own to do is refused by its reason", async () => {
  expect((await as("bob", "network", "get", "only-p1")).stderr).toContain('no network is called "only-p1"');
  expect((await as("rita", "network", "create", "x")).stderr).toContain(
    "needs the role member, and rita has reader in p1 (FORBIDDEN)",
  );
  expect((await as("alice", "network", "create", "x", "--external")).stderr).toContain(
    "network.external needs the role admin (FORBIDDEN)",
  );
});

test("a reader lists the rules of the default group once it is there, and does not make it by looking", async () => {
  const rules = () => as("rita", "security-group", "rule", "list", "default");
  expect(await rules()).toMatchObject({ code: 1, stderr: expect.stringContaining("default") });
  const made = await as("alice", "security-group", "rule", "create", "default", "--protocol", "tcp", "--port", "22");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect((await rules()).stdout).toMatch(/ ingress ipv4 tcp 22 *$/m);
});
