import { expect, test } from "vitest";
import { InvalidDeviceName, instanceDevice, isInstanceDevice, parseDeviceName } from "./device-name.ts";

test.each(["tap0", "vnet12", "fc-tap0", "0123456789abcde", "tap0191f3c2-6a"])("%j is taken", (text) => {
  expect(parseDeviceName(text)).toBe(text);
});

test.each(["", ".", "..", "-tap", "tap 0", "tap/0", "tap:0", "tap.7", "tap#1", "tap%d", "täp0", "tap0\n"])(
  "%j is refused",
  (text) => {
    expect(() => parseDeviceName(text)).toThrow(InvalidDeviceName);
  },
);

test("a name that is too long is told how long one can be", () => {
  expect(() => parseDeviceName("tap-of-my-webserver")).toThrow("has 19 characters, and a device name at most 15");
});

test("a port's own device name is made of its id, and is known as such", () => {
  const name = instanceDevice("0191f3c2-6a51-7cc4-8f0e-5f6a1c2b3d4e");
  expect(name).toBe("tap0191f3c2-6a");
  expect(isInstanceDevice(name)).toBe(true);
  expect(["tap0", "tap0191f3c2-6a5", "vnet0"].map(isInstanceDevice)).toEqual([false, false, false]);
});
