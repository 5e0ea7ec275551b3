import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresStrace } from "../../support/requires-strace.ts";

const calls = "pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";

test("an append is on the disk before its answer leaves: the system calls in their order", requiresStrace, async () => {
  const folder = await mkdtemp(join(tmpdir(), "rhumbline-durable-"));
  const trace = join(folder, "trace");
  const wrapper = ["strace", "-D", "-f", "-qq", "-s", "4096", "-e", `trace=${calls}`, "-o", trace];
  const server = await startEventLog({ data: join(folder, "data"), wrapper });
  const store = connectKurrent({ connectionString: server.connectionString });
  // The stream's name stands in clear in the record that is written and in the answer that is sent.
  const streams = Array.from({ length: 20 }, () => `durable-${randomUUID()}`);
  for (const stream of streams) {
    await store.append(stream, "no-stream", [{ id: randomUUID(), type: "Written", data: {}, metadata: {} }]);
  }
  await store.close();
  await server.stop();

  // strace writes the file's end after the server's.
  const last = streams.at(-1) ?? "";
  await eventually(async () => expect((await readFile(trace, "utf8")).split(last).length).toBeGreaterThan(2));
  const lines = (await readFile(trace, "utf8")).split("\n");
  for (const stream of streams) {
    const written = lines.findIndex((line) => line.includes("pwrite64(") && line.includes(stream));
    const synced = lines.findIndex((line, i) => i > written && /fdatasync(\(\d+\)| resumed>\)) += 0/.test(line));
    const answered = lines.findIndex((line) => /\b(write|writev|sendto|sendmsg)\(/.test(line) && line.includes(stream));
    expect(written).toBeGreaterThan(-1);
    expect(synced).toBeGreaterThan(written);
    expect(answered).toBeGreaterThan(synced);
  }
  await rm(folder, { recursive: true, force: true });
});
