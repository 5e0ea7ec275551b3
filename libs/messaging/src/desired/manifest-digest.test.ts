import { expect, test } from "vitest";
import {
  addToDigest,
  type DigestEntry,
  digestText,
  emptyDigest,
  manifestDigest,
  removeFromDigest,
} from "./manifest-digest.ts";

const router: DigestEntry = { key: "router.r1", position: 17 };
const network: DigestEntry = { key: "network.n1", position: 12 };
const port: DigestEntry = { key: "port.p1", position: 40 };

test("the digest does not depend on the order of the keys", () => {
  expect(manifestDigest([router, network, port])).toBe(manifestDigest([port, router, network]));
});

test("a key at another position gives another digest", () => {
  expect(manifestDigest([router])).not.toBe(manifestDigest([{ ...router, position: 18 }]));
});

test("no keys at all have the digest of 32 zeros", () => {
  expect(manifestDigest([])).toBe("0".repeat(32));
});

test("a key added and removed leaves the digest as it was", () => {
  const before = addToDigest(addToDigest(emptyDigest, router), network);
  const after = removeFromDigest(addToDigest(before, port), port);
  expect(digestText(after)).toBe(manifestDigest([router, network]));
});

test("the digest of one key is the first half of its SHA-256, as any other program can compute it", () => {
  // printf 'router.r1\n17' | sha256sum
  expect(manifestDigest([router])).toBe("00e8e5b542a7cb685a2290053c04f760");
});
