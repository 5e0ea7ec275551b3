import type { Executor } from "@rhumbline/event-sourcing";
import { expect, test } from "vitest";
import { type IpamState, scopes, subnets } from "../read-model/state.ts";
import { absentScope } from "../scope/state.ts";
import { createGiver, type Gift } from "./giving.ts";

const context = { actor: "a", projectId: "p", correlationId: "c", causationId: "c" };
const decide = () => [];

/** Of the scope a MAC address, and of subnets addresses, which may be made of it. */
const giftOf = (scopeId: string, ...bySubnet: readonly { id: string; ofMac?: boolean }[]): Gift => ({
  mac: { aggregate: scopes, id: scopeId, decide, context },
  addresses: bySubnet.map(({ id, ofMac = false }) => ({
    ofMac,
    command: (scope) => ({ aggregate: subnets, id: scope === undefined ? id : `${id} of the MAC`, decide, context }),
  })),
});

/** Notes what is executed, each answered when the test says so. */
function executing() {
  const noted: string[] = [];
  const answers: (() => void)[] = [];
  const answered = async <T>(text: string, answer: T): Promise<T> => {
    noted.push(text);
    await new Promise<void>((resolve) => answers.push(resolve));
    return answer;
  };
  const executor = {
    execute: (_: unknown, id: string) => answered(id, { aggregate: absentScope, position: noted.length + 1 }),
    executeTogether: (first: { id: string }, second: { id: string }) =>
      answered(`${first.id} with ${second.id}`, [{ position: 7 }, { position: 9 }]),
  };
  const give = createGiver(executor as unknown as Executor<IpamState>);
  const answerAll = () => {
    for (const answer of answers.splice(0)) answer();
  };
  return { give, noted, answerAll };
}

test("whom nobody else is beside gets MAC address and addresses in one append", async () => {
  const { give, noted, answerAll } = executing();
  for (const scopeId of ["n1", "n1"]) {
    const given = give(giftOf(scopeId, { id: "s1" }));
    answerAll();
    expect(await given).toBe(9);
  }
  expect(noted).toEqual(["n1 with s1", "n1 with s1"]);
});

test("who comes while another of the scope is given something shares appends with others who do", async () => {
  const { give, noted, answerAll } = executing();
  const given = [give(giftOf("n1", { id: "s1" })), give(giftOf("n1", { id: "s1" })), give(giftOf("n2", { id: "s2" }))];
  answerAll();
  await Promise.all(given);
  expect(noted).toEqual(["n1 with s1", "n1", "s1", "n2 with s2"]);
});

test("addresses of two subnets, and those of none, are appended each by itself", async () => {
  const { give, noted, answerAll } = executing();
  const given = [give(giftOf("n1", { id: "s1" }, { id: "s2" })), give(giftOf("n2"))];
  answerAll();
  await Promise.all(given);
  expect(noted).toEqual(["n1", "s1", "s2", "n2"]);
});

test("addresses that are made of the MAC address come behind it", async () => {
  const { give, noted, answerAll } = executing();
  const given = give(giftOf("n1", { id: "s1", ofMac: true }));
  expect(noted).toEqual(["n1"]);
  answerAll();
  await expect.poll(() => noted).toEqual(["n1", "s1 of the MAC"]);
  answerAll();
  expect(await given).toBe(2);
});
