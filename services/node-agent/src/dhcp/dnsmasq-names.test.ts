import { expect, test } from "vitest";
import { nameLines } from "./dnsmasq-names.ts";

test("an instance is known by its name with and without the network's domain, at each of its addresses", () => {
  expect(nameLines("web1", "shop.example.org", ["10.0.0.3", "2001:DB8::3"])).toBe(
    "10.0.0.3 web1.shop.example.org web1\n2001:db8::3 web1.shop.example.org web1\n",
  );
});

test("a name that has the domain already, and one without a domain, stand alone", () => {
  expect(nameLines("web1.shop.example.org", "shop.example.org", ["10.0.0.3"])).toBe("10.0.0.3 web1.shop.example.org\n");
  expect(nameLines("web1", "", ["10.0.0.3"])).toBe("10.0.0.3 web1\n");
});

test("what is no name is refused: it would be a line of its own", () => {
  expect(() => nameLines("web1\n10.0.0.9 bank", "", ["10.0.0.3"])).toThrow("is no host name");
});
