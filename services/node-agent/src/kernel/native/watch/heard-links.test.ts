import { expect, test } from "vitest";
import { textAttribute, u8Attribute, u32Attribute } from "../netlink/attributes.ts";
import { link, linkRequest, RTM_DELLINK, RTM_NEWLINK } from "../route/link-messages.ts";
import type { KernelEvent } from "./event-socket.ts";
import { HeardLinks } from "./heard-links.ts";

const [down, up] = [2, 6];

interface Said {
  readonly type?: number;
  readonly family?: number;
  readonly index?: number;
  readonly isUp?: boolean;
  readonly mtu?: number;
  /** As of RFC 2863, ifOperStatus. */
  readonly operational?: number;
}

function said({ type = RTM_NEWLINK, family = 0, index = 7, isUp = true, mtu = 1500, operational = up }: Said = {}) {
  const attributes = [
    textAttribute(link.name, "brq-a"),
    u32Attribute(link.mtu, mtu),
    u8Attribute(link.operationalState, operational),
  ];
  const { body } = linkRequest(type, 0, { index, up: isUp }, attributes);
  body.writeUInt8(family, 0);
  return { namespaceId: undefined, type, sender: 0, body } satisfies KernelEvent;
}

const areRepetitions = (...events: readonly KernelEvent[]): boolean[] => {
  const links = new HeardLinks();
  return events.map((event) => {
    links.hearAnew();
    return links.isRepetition(event);
  });
};

test("a link that is up is told of again when frames get through, which says nothing else", () => {
  expect(areRepetitions(said({ operational: down }), said())).toEqual([false, true]);
});

test("each other change of it is news, and so is what was said before the last change", () => {
  expect(areRepetitions(said(), said({ mtu: 1400 }), said(), said({ index: 8 }))).toEqual([false, false, false, false]);
});

test("of a link that is down not every change is told: whatever is said of it is news", () => {
  expect(areRepetitions(said({ isUp: false }), said({ isUp: false }))).toEqual([false, false]);
});

test("what is said in words of another family, or of one that went, is news, and the next word as well", () => {
  const bridge = 7;
  for (const other of [said({ family: bridge }), said({ type: RTM_DELLINK })])
    expect(areRepetitions(said(), other, other, said(), said())).toEqual([false, false, false, false, true]);
});

test("what is said after news in the same hearing is told with that, and remembered", () => {
  const links = new HeardLinks();
  expect([said({ mtu: 1400 }), said(), said()].map((event) => links.isRepetition(event))).toEqual([
    false,
    false,
    false,
  ]);
  links.hearAnew();
  expect(links.isRepetition(said())).toBe(true);
});

test("after something that nobody heard everything is news", () => {
  const links = new HeardLinks();
  links.isRepetition(said());
  links.forget();
  links.hearAnew();
  expect(links.isRepetition(said())).toBe(false);
});

test("of links that were told of long ago nothing is known", () => {
  const links = new HeardLinks();
  for (let index = 1; index <= 300; index += 1) links.isRepetition(said({ index }));
  links.hearAnew();
  expect(links.isRepetition(said({ index: 1 }))).toBe(false);
  expect(links.isRepetition(said({ index: 300 }))).toBe(true);
});
