import { setTimeout as pause } from "node:timers/promises";
import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly } from "./make.ts";

const atPosition = (value: number): AsOf => ({ at: { $case: "position", value } });
const atTime = (value: Date): AsOf => ({ at: { $case: "time", value } });

describe("what there was at an earlier moment", () => {
  let plane: ControlPlane;
  let web: string;
  let port: string;
  /** When there was the network alone; when it had a subnet and a port; before it was called otherwise. */
  const moments = { made: 0, used: 0 };
  let usedAt: Date;

  const position = async (): Promise<number> => (await plane.networks.listNetworks(firstPage)).position;
  const names = async (asOf: AsOf | undefined): Promise<string[]> =>
    (await plane.networks.listNetworks({ ...firstPage, asOf, orderBy: "name" })).networks.map(({ name }) => name);

  beforeAll(async () => {
    plane = await startControlPlane();
    web = (await make(plane).network({ name: "web" })).id;
    moments.made = await position();
    const subnet = await make(plane).subnet(web, "10.0.0.0/24");
    port = (await make(plane).port(web, { name: "web1" })).id;
    moments.used = await position();
    usedAt = new Date();
    // Whatever the clock's grain, what comes now is later.
    await pause(20);
    await plane.ports.deletePort({ id: port, etag: "", ...plainly });
    await plane.subnets.deleteSubnet({ id: subnet.id, etag: "", ...plainly });
    await plane.networks.deleteNetwork({ id: web, etag: "", ...plainly });
    await make(plane).network({ name: "db" });
  });
  afterAll(() => plane.stop());

  test("is read at a position or at a time, and what is gone since is there", async () => {
    expect(await names(undefined)).toEqual(["db"]);
    expect(await names(atPosition(0))).toEqual([]);
    expect(await names(atPosition(moments.made))).toEqual(["web"]);
    expect(await names(atTime(usedAt))).toEqual(["web"]);
    expect(await names(atTime(new Date(0)))).toEqual([]);
    const then = { minPosition: 0, asOf: atPosition(moments.used) };
    const read = await plane.networks.getNetwork({ id: web, ...then });
    expect(read).toMatchObject({ network: { name: "web" }, position: moments.used });
    expect((await plane.ports.getPort({ id: port, ...then })).port).toMatchObject({
      name: "web1",
      fixedIps: [{ ipAddress: "10.0.0.2" }],
    });
    const { subnets } = await plane.subnets.listSubnets({ ...firstPage, asOf: atPosition(moments.used) });
    expect(subnets.map(({ cidr }) => cidr)).toEqual(["10.0.0.0/24"]);
    const { used } = await plane.quotas.getQuota({ projectId: "default", ...then });
    expect(used).toMatchObject({ network: 1, port: 1 });
  });

  test("has nothing that came later, and the present goes on", async () => {
    const then = { minPosition: 0, asOf: atPosition(moments.made) };
    expect(await reasonOf(plane.ports.getPort({ id: port, ...then }))).toBe("NOT_FOUND");
    const reads = [moments.made, moments.used, moments.made].map((value) => names(atPosition(value)));
    await make(plane).network({ name: "meanwhile" });
    expect(await Promise.all(reads)).toEqual([["web"], ["web"], ["web"]]);
    expect(await names(undefined)).toEqual(["db", "meanwhile"]);
  });

  test("is refused where there is no such moment", async () => {
    const ask = (asOf: AsOf) => refusal(plane.networks.listNetworks({ ...firstPage, asOf }));
    const field = (name: string) => ({ reason: "INVALID_FIELD", violations: [{ field: name }] });
    expect(await ask({ at: undefined })).toMatchObject(field("as_of"));
    expect(await ask(atTime(new Date(Date.now() + 3_600_000)))).toMatchObject(field("as_of.time"));
    expect(await ask(atPosition((await position()) + 1_000_000))).toMatchObject({ reason: "POSITION_NOT_REACHED" });
  });
});
