import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backup, restore } from "../../support/event-log-admin.ts";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { createSubnet, listSubnets, openScope } from "../../support/ipam-commands.ts";
import { stateOf, untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startSubnetLoad, type WantedSubnet } from "../../support/subnet-load.ts";

let log: EventLogProcess;
let data: string;
beforeEach(async () => {
  log = await startEventLog();
  data = await mkdtemp(join(tmpdir(), "rhumbline-ipam-"));
});
afterEach(async () => {
  await killServices();
  await log.kill();
  await rm(data, { recursive: true });
});

async function startIpam(listen?: string): Promise<ServiceProcess> {
  const args = ["--log", log.connectionString, "--data", data];
  const ipam = await startService("ipam", args, listen === undefined ? {} : { listen });
  await untilWriter(ipam);
  return ipam;
}

/** The log line that says from which snapshot the start went on. */
const startOf = ({ logLines }: ServiceProcess) => logLines.find(({ message }) => message === "folded the log");

test("a writer killed under load loses nothing it answered and doubles nothing that is asked again", async () => {
  const before = await startIpam();
  const load = await startSubnetLoad(before, 32);
  await load.reached(300);
  await before.kill();
  await load.stop();
  expect(load.unanswered.length).toBeGreaterThan(0);

  const again = await startIpam(before.address);
  const repeat = (wanted: WantedSubnet) => createSubnet(again, wanted);
  const answers = await Promise.all(load.unanswered.map(repeat));
  const wanted = [...load.answered, ...load.unanswered];
  const present = await listSubnets(again);
  expect(present.map(({ name, cidr }) => `${name} ${cidr}`).sort()).toEqual(
    wanted.map(({ name, cidr }) => `${name} ${cidr}`).sort(),
  );

  const repeated = await Promise.all(load.unanswered.map(repeat));
  expect(repeated.map(({ subnet, position }) => [subnet?.id, position])).toEqual(
    answers.map(({ subnet, position }) => [subnet?.id, position]),
  );
  expect((await verify(again)).differences).toEqual([]);
});

test("a snapshot changes nothing but where the reading of the log begins", async () => {
  const first = await startIpam();
  const load = await startSubnetLoad(first, 8);
  await load.reached(100);
  await load.stop();
  const known = await listSubnets(first);
  const { position } = await stateOf(first);
  expect(await first.stop()).toBe(0);

  const withSnapshot = await startIpam();
  expect(startOf(withSnapshot)).toMatchObject({ snapshot: position });
  expect(await listSubnets(withSnapshot)).toEqual(known);
  expect((await verify(withSnapshot)).differences).toEqual([]);
  await withSnapshot.kill();

  const file = join(data, "snapshot.bin");
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0xff, 1_000, 1_008));
  const withDamaged = await startIpam();
  expect(startOf(withDamaged)).toMatchObject({ snapshot: 0 });
  expect(await listSubnets(withDamaged)).toEqual(known);
  await withDamaged.kill();

  await rm(file);
  const withNone = await startIpam();
  expect(startOf(withNone)).toMatchObject({ snapshot: 0 });
  expect(await listSubnets(withNone)).toEqual(known);
});

test("a field that is otherwise in memory than in the log is found by verification", async () => {
  const first = await startIpam();
  const networkId = randomUUID();
  await openScope(first, networkId);
  await createSubnet(first, { networkId, cidr: "10.0.0.0/24", name: "as-the-log-says" });
  expect(await first.stop()).toBe(0);
  await forgeSnapshot(join(data, "snapshot.bin"), "as-the-log-says", "as-nobody-said!");

  const forged = await startIpam();
  expect((await listSubnets(forged)).map(({ name }) => name)).toEqual(["as-nobody-said!"]);
  const { differences, differenceCount } = await verify(forged);
  expect(differenceCount).toBe(1);
  expect(differences).toEqual([
    { running: expect.stringContaining("as-nobody-said!"), folded: expect.stringContaining("as-the-log-says") },
  ]);
});

/** Changes a text in a snapshot to one of the same length, and makes the checksum right again. */
async function forgeSnapshot(file: string, from: string, to: string): Promise<void> {
  const headerBytes = 512;
  const bytes = await readFile(file);
  const header = bytes.subarray(0, headerBytes).toString().replace(/\0+$/, "");
  const body = bytes.subarray(headerBytes);
  const at = body.indexOf(from);
  expect(at).toBeGreaterThan(0);
  body.write(to, at);
  const checksum = crc32(body);
  const forged = Buffer.alloc(headerBytes);
  forged.write(JSON.stringify({ ...(JSON.parse(header.trim()) as object), checksum }));
  await writeFile(file, Buffer.concat([forged, body]));
}

test("a snapshot of what a restored log never had is not used", async () => {
  const first = await startIpam();
  const early = await startSubnetLoad(first, 8);
  await early.reached(20);
  await early.stop();
  const known = await listSubnets(first);
  const copy = await backup(log.address);
  const late = await startSubnetLoad(first, 8);
  await late.reached(20);
  await late.stop();
  expect(await first.stop()).toBe(0);

  await log.kill();
  log = await startEventLog();
  await restore(log.address, copy);
  const again = await startIpam();
  expect(startOf(again)).toMatchObject({ snapshot: 0 });
  expect(await listSubnets(again)).toEqual(known);
  expect((await verify(again)).differences).toEqual([]);
});
