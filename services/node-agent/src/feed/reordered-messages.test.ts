import { manifestDigest, type ResourceKey } from "@rhumbline/messaging";
import { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BucketCopy } from "./bucket-copy.ts";

/** A message on the bus: a key's new value, or the manifest that commits what stands. */
type Message = { readonly key: ResourceKey; readonly value: DesiredResource } | { readonly manifest: NodeManifest };

const keys: readonly ResourceKey[] = ["router.r1", "router.r2", "floatingip.f1"];
const version = { logId: "log-a", epoch: 1 };

/** What a publisher writes: in each round some keys, some of them as gone, then the manifest. */
const rounds = fc.array(fc.array(fc.tuple(fc.constantFrom(...keys), fc.boolean()), { maxLength: 3 }), {
  minLength: 1,
  maxLength: 6,
});

function published(written: readonly (readonly (readonly [ResourceKey, boolean])[])[]) {
  const messages: Message[] = [];
  const commits: { position: number; standing: string[] }[] = [];
  const positions = new Map<ResourceKey, number>();
  for (const [round, changes] of written.entries()) {
    const position = (round + 1) * 10;
    for (const [key, gone] of new Map(changes)) {
      const resource = gone ? ({ $case: "gone", value: {} } as const) : undefined;
      messages.push({ key, value: { ...DesiredResource.fromPartial({ ...version, position }), resource } });
      if (gone) positions.delete(key);
      else positions.set(key, position);
    }
    const entries = [...positions].map(([key, at]) => ({ key, position: at }));
    const digest = manifestDigest(entries);
    messages.push({ manifest: NodeManifest.fromPartial({ ...version, position, digest, keyCount: entries.length }) });
    commits.push({ position, standing: textOf(positions) });
  }
  return { messages, commits };
}

const textOf = (positions: Iterable<readonly [string, number]>): string[] =>
  [...positions].map(([key, at]) => `${key}@${at}`).sort();

test("messages that come twice or out of order never make a state that nobody committed, and end in the last", () => {
  fc.assert(
    fc.property(rounds, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (written, lots) => {
      const { messages, commits } = published(written);
      const twice = [...messages, ...messages].map((message) => ({ message, lot: Number(lots.next().value) }));
      const copy = new BucketCopy();
      for (const { message } of twice.sort((a, b) => a.lot - b.lot)) {
        if ("manifest" in message) copy.manifest(message.manifest);
        else copy.resource(message.key, message.value);
        const committed = copy.committed();
        if (committed === undefined) continue;
        const commit = commits.find(({ position }) => position === committed.version.position);
        expect(standingIn(committed.resources)).toEqual(commit?.standing);
      }
      expect(copy.committed()?.version.position).toBe(commits.at(-1)?.position);
    }),
  );
});

const standingIn = (resources: ReadonlyMap<ResourceKey, DesiredResource>): string[] =>
  textOf(
    [...resources]
      .filter(([, { resource }]) => resource?.$case !== "gone")
      .map(([key, { position }]) => [key, position]),
  );
