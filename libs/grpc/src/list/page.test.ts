import fc from "fast-check";
import { expect, test } from "vitest";
import type { Columns } from "./filter.ts";
import { type InOrder, type ListRequest, listPage, type Page, type Place } from "./page.ts";

interface Item {
  readonly id: string;
  readonly name: string;
  readonly tags?: readonly string[];
}
const columns: Columns<Item> = { id: ({ id }) => id, name: ({ name }) => name, tags: ({ tags = [] }) => tags };
const items: Item[] = ["d", "a", "c", "b"].map((id) => ({ id, name: id < "c" ? "x" : "y" }));
const everything: ListRequest = { pageSize: 0, pageToken: "", filter: "", orderBy: "" };
const list = (request: Partial<ListRequest>, from: readonly Item[] = items) =>
  listPage(from, columns, { ...everything, ...request });
const idsOf = (page: { items: readonly Item[] }): string => page.items.map(({ id }) => id).join("");

test("items come in the order asked for, and by id where that leaves it open", () => {
  expect(idsOf(list({}))).toBe("abcd");
  expect(idsOf(list({ orderBy: "name desc" }))).toBe("cdab");
  expect(idsOf(list({ orderBy: "name desc, id desc" }))).toBe("dcba");
});

test("a filter lets through what fulfils all of its terms", () => {
  expect(idsOf(list({ filter: 'name = "x" AND id != "a"' }))).toBe("b");
  expect(idsOf(list({ filter: "name:y" }))).toBe("cd");
});

test("of several values one has to be the one asked for, whole", () => {
  const tagged = [
    { id: "a", name: "", tags: ["blue", "green"] },
    { id: "b", name: "", tags: ["greenish"] },
    { id: "c", name: "" },
  ];
  expect(idsOf(list({ filter: 'tags:"green"' }, tagged))).toBe("a");
  expect(idsOf(list({ filter: 'tags = "green" AND tags = "blue"' }, tagged))).toBe("a");
  expect(idsOf(list({ filter: 'tags != "green"' }, tagged))).toBe("bc");
  expect(idsOf(list({ orderBy: "tags desc" }, tagged))).toBe("bac");
});

test("what stays is seen once, whatever comes and goes between two pages", () => {
  const first = list({ pageSize: 2 });
  const later = [...items.filter(({ id }) => id !== "b"), { id: "aa", name: "z" }];
  const second = list({ pageSize: 2, pageToken: first.nextPageToken }, later);
  expect([idsOf(first), idsOf(second), second.nextPageToken]).toEqual(["ab", "cd", ""]);
});

test("pages are the same however many items there are, and in whichever order they are kept", () => {
  const many = Array.from({ length: 100 }, (_, i) => ({
    id: String((i * 37) % 100).padStart(2, "0"),
    name: `n${i % 7}`,
  }));
  const byId = many.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byName = byId.toSorted((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  const inIdOrder: InOrder<Item> = { after: (id = "") => byId.filter((item) => item.id > id) };
  const isBehind = ({ name, id }: Item, place: Place): boolean =>
    name === place.text ? id > place.id : name > place.text;
  const inBothOrders: InOrder<Item> = {
    ...inIdOrder,
    by: (column, place) =>
      column === "name" ? byName.filter((item) => place === undefined || isBehind(item, place)) : undefined,
  };
  const expected = {
    "": byId,
    name: byName,
    "name desc": byId.toSorted((a, b) => (a.name === b.name ? 0 : a.name > b.name ? -1 : 1)),
  };
  for (const [orderBy, inOrder] of Object.entries(expected)) {
    for (const from of [many, inIdOrder, inBothOrders]) {
      const found: Item[] = [];
      for (let pageToken: string | undefined = ""; pageToken !== undefined; ) {
        const request: ListRequest = { ...everything, pageSize: 6, orderBy, pageToken, filter: 'name != "n3"' };
        const page: Page<Item> = listPage(from, columns, request);
        found.push(...page.items);
        pageToken = page.nextPageToken || undefined;
      }
      expect(found).toEqual(inOrder.filter(({ name }) => name !== "n3"));
    }
  }
});

test("a token is good for the query that gave it and for no other", () => {
  const { nextPageToken } = list({ pageSize: 1 });
  expect(() => list({ pageToken: nextPageToken, orderBy: "name" })).toThrow("page_token");
  expect(() => list({ pageToken: `${nextPageToken}x` })).not.toThrow(TypeError);
});

test("whatever a client sends is answered or refused by the field's name", () => {
  const word = fc.constantFrom(
    "name",
    "id",
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "desc",
    "AND",
    "=",
    '"',
    ",",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word).map((words) => words.join(" ")),
  );
  const token = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString("base64url")),
  );
  const request = fc.record({ pageSize: fc.integer(), pageToken: token, filter: text, orderBy: text });
  fc.assert(
    fc.property(request, (asked) => {
      try {
        list(asked);
      } catch (error) {
        expect(error).toMatchObject({
          violations: [{ field: expect.stringMatching(/^(page_size|page_token|filter|order_by)$/) }],
        });
      }
    }),
  );
});
