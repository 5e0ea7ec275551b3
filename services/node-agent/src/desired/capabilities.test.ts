import { expect, test } from "vitest";
import { capabilitiesOf } from "./capabilities.ts";

const any = ["routers", "flat", "local", "nftables"];
const backend = "nftables";

test("a node takes part in overlays with a tunnel IP and VXLAN in its kernel", () => {
  const lacks = new Map([["vlan", "no"]] as const);
  expect(capabilitiesOf({ tunnelIp: "198.18.0.11", lacks, backend })).toEqual([...any, "vxlan"]);
  expect(capabilitiesOf({ tunnelIp: "", lacks, backend })).toEqual(any);
  expect(capabilitiesOf({ tunnelIp: "198.18.0.11", lacks: new Map([["vxlan", "no"]]), backend })).toEqual([
    ...any,
    "vlan",
  ]);
});
