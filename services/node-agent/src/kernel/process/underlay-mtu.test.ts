import { expect, test } from "vitest";
import { localPrograms } from "./local-programs.ts";
import type { Programs } from "./programs.ts";
import { mtuOfAddress } from "./underlay-mtu.ts";

test("the MTU is that of the device which has the address", async () => {
  expect(await mtuOfAddress("127.0.0.1", localPrograms)).toBe(65_536);
});

test("an address that no device has gives none", async () => {
  expect(await mtuOfAddress("192.0.2.77", localPrograms)).toBe(0);
});

test("devices without the address may be printed, as nothing", async () => {
  const stdout = '[{},{"ifname":"eth1","mtu":1450,"addr_info":[{"local":"192.0.2.7"}]},{}]';
  const printing: Programs = { run: async () => ({ code: 0, stdout, stderr: "" }), start: () => undefined };
  expect(await mtuOfAddress("192.0.2.7", printing)).toBe(1450);
});
