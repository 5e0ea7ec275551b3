import { expect, test } from "vitest";
import { deviceOfSysctl, ipv6OffSysctl } from "./ipv6-off.ts";

test("a sysctl is that of the device in it, dots and all, or of none", () => {
  for (const device of ["tapc0000011-00", "eth0.100", "all"])
    expect(deviceOfSysctl(ipv6OffSysctl(device))).toBe(device);
  expect(deviceOfSysctl("net.bridge.bridge-nf-call-iptables")).toBe(undefined);
});
