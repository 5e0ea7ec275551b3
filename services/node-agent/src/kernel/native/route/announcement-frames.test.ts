import { expect, test } from "vitest";
import { gratuitousArp, unsolicitedAdvertisement } from "./announcement-frames.ts";

const mac = Buffer.from("fa163e000201", "hex");

test("a gratuitous ARP request asks everybody for the address that it is from", () => {
  expect(gratuitousArp(mac, Buffer.from("cb007165", "hex")).toString("hex")).toBe(
    "ffffffffffff" + "fa163e000201" + "0806" + "0001080006040001" + "fa163e000201cb007165" + "000000000000cb007165",
  );
});

test("an unsolicited neighbour advertisement has a checksum that adds up", () => {
  const address = Buffer.from("20010db8000000090000000000000101", "hex");
  const frame = unsolicitedAdvertisement(mac, address);
  expect(frame.subarray(0, 14).toString("hex")).toBe("333300000001" + "fa163e000201" + "86dd");
  expect(frame.subarray(14, 22).toString("hex")).toBe("60000000" + "0020" + "3aff");
  expect(frame.subarray(54, 56).toString("hex")).toBe("8800");
  expect(frame.subarray(58).toString("hex")).toBe("a0000000" + address.toString("hex") + "0201" + "fa163e000201");
  // RFC 1071: over the pseudo-header and the message, the checksum included, the sum is all ones.
  const words = Buffer.concat([
    frame.subarray(22, 54),
    Buffer.from("0000002000000" + "03a", "hex"),
    frame.subarray(54),
  ]);
  let sum = 0;
  for (let at = 0; at < words.length; at += 2) sum += words.readUInt16BE(at);
  expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
});
