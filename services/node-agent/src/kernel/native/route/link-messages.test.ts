import { expect, test } from "vitest";
import { readAttributes, readText } from "../netlink/attributes.ts";
import { link, RTM_NEWLINK, readLink, vlanAttributes } from "./link-messages.ts";

test("a VLAN device is asked for as iproute2 asks for one", () => {
  const info = readAttributes(readAttributes(vlanAttributes(100)).get(link.info) ?? Buffer.alloc(0));
  // IFLA_INFO_KIND and IFLA_INFO_DATA.
  const [kind, data] = [info.get(1), info.get(2)];
  expect(readText(kind)).toBe("vlan");
  // As strace shows it of `ip link add … type vlan id 100`.
  expect(data?.toString("hex")).toBe("0600010064000000");
});

test("a VLAN device is told of with its id, its protocol and what it lies on", () => {
  const header = Buffer.alloc(16);
  header.writeInt32LE(7, 4);
  const parent = "0800050003000000";
  // Id 101, flags, and the protocol in the network's order.
  const data = "20000200" + "0600010065000000" + "0c00020001000000ffffffff" + "0600050081000000";
  const info = `30001200${"09000100766c616e00000000"}${data}`;
  const body = Buffer.concat([header, Buffer.from(parent + info, "hex")]);
  expect(readLink({ type: RTM_NEWLINK, body })).toMatchObject({
    index: 7,
    kind: "vlan",
    parentIndex: 3,
    vlan: { id: 101, protocol: "802.1Q" },
  });
});
