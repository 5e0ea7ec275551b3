import { expect, test } from "vitest";
import { byIdentity, type FilterObject, type FilterObjects } from "./filter-object.ts";
import { decidesOtherwise } from "./filter-parts.ts";
import { iptablesLayout } from "./iptables/iptables-layout.ts";
import { nftLayout } from "./nft/nft-layout.ts";
import { chain } from "./objects.ts";

const filter = (...objects: readonly FilterObject[][]): FilterObjects => byIdentity(objects.flat());

for (const [backend, { base, bridge }] of Object.entries({ nftables: nftLayout, iptables: iptablesLayout })) {
  const standing = filter([...base], bridge("brq1", 4097));

  test(`${backend}: a bridge that comes or goes decides nothing about connections`, () => {
    const both = filter([...base], bridge("brq1", 4097), bridge("brq2", 4098));
    expect(decidesOtherwise(standing, both)).toBe(false);
    expect(decidesOtherwise(both, standing)).toBe(false);
    expect(decidesOtherwise(standing, new Map(standing))).toBe(false);
  });

  test(`${backend}: a bridge that gets another zone does`, () => {
    expect(decidesOtherwise(standing, filter([...base], bridge("brq1", 4098)))).toBe(true);
  });

  test(`${backend}: rules that come, go or become others do`, () => {
    const group = (line: string): FilterObject[] => [chain("bridge", "ingress-1", [line])];
    const withGroup = filter([...standing.values()], group("accept"));
    expect(decidesOtherwise(standing, withGroup)).toBe(true);
    expect(decidesOtherwise(withGroup, standing)).toBe(true);
    expect(decidesOtherwise(withGroup, filter([...standing.values()], group("drop")))).toBe(true);
  });
}
