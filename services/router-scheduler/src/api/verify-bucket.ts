import { setTimeout as pause } from "node:timers/promises";
import { canonicalText } from "@rhumbline/event-sourcing";
import {
  type BucketEntry,
  type Bus,
  decodeDesiredResource,
  decodeNodeManifest,
  desiredBucket,
  manifestDigest,
  parseDesiredKey,
} from "@rhumbline/messaging";
import type { NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { NodeVerification } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import type { ServiceContext } from "@rhumbline/service";
import { isGone, type NodeDesired } from "../compile/state.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { differencesOf, verificationOf } from "../verification/differences.ts";

type Context = Pick<ServiceContext<SchedulerState>, "fold" | "logId">;

const settledWithinMs = 10_000;
const retryMs = 200;

/** Compares bucket DESIRED with what is compiled. What is being published at the moment is waited for; what somebody put,
 *  changed or took away is found at the first look. */
export async function verifyBucket({ fold, logId }: Context, bus: Bus): Promise<NodeVerification[]> {
  const deadline = performance.now() + settledWithinMs;
  for (;;) {
    const before = new Map(fold.state.desired);
    const held = await readHeld(bus, logId);
    const nodeIds = [...new Set([...before.keys(), ...held.keys()])].sort();
    const isSettled = (nodeId: string): boolean =>
      before.get(nodeId) === fold.state.desired.get(nodeId) && commits(held.get(nodeId), before.get(nodeId));
    if (nodeIds.every(isSettled) || performance.now() > deadline) {
      return nodeIds.map((nodeId) => verifyNode(fold.state, logId, nodeId, before.get(nodeId), held.get(nodeId)));
    }
    await pause(retryMs);
  }
}

/** What the bucket holds of one node, as texts by resource key. */
interface Held {
  readonly manifest: NodeManifest | undefined;
  readonly texts: Map<string, string>;
}

async function readHeld(bus: Bus, logId: string): Promise<Map<string, Held>> {
  const byNode = new Map<string, Held>();
  for (const entry of await desiredBucket(bus).readAll()) {
    const key = parseDesiredKey(entry.key);
    const nodeId = key?.nodeId ?? (entry.key.split(".")[0] || entry.key);
    const { manifest, texts } = byNode.get(nodeId) ?? { manifest: undefined, texts: new Map<string, string>() };
    if (key?.manifest) byNode.set(nodeId, { manifest: manifestIn(entry), texts });
    else {
      const text = textIn(entry, logId);
      if (text !== undefined) texts.set(key?.resource ?? entry.key, text);
      byNode.set(nodeId, { manifest, texts });
    }
  }
  return byNode;
}

/** Whether the manifest is that of what is compiled: nothing is under way. A node that is gone has none. */
function commits(held: Held | undefined, desired: NodeDesired | undefined): boolean {
  return desired === undefined ? held === undefined : held?.manifest?.position === desired.position;
}

function verifyNode(
  { nodes }: SchedulerState,
  logId: string,
  nodeId: string,
  desired: NodeDesired | undefined,
  held: Held | undefined,
): NodeVerification {
  const expected = new Map(
    [...(desired?.entries.entries() ?? [])].flatMap(([key, entry]) =>
      isGone(entry) ? [] : [[key as string, canonicalText({ logId, ...withoutCausation(entry) })]],
    ),
  );
  const found = new Map(held?.texts);
  const compared = expected.size + 1;
  if (desired !== undefined) expected.set("manifest", manifestText(compiledManifest(desired, logId)));
  if (held?.manifest !== undefined) found.set("manifest", manifestText(held.manifest));
  const node = { nodeId, nodeName: nodes.get(nodeId)?.name ?? "" };
  return verificationOf(node, desired?.position ?? 0, compared, differencesOf(expected, found));
}

function compiledManifest({ entries, position }: NodeDesired, logId: string) {
  const standing = [...entries.entries()].filter(([, entry]) => !isGone(entry));
  const digest = manifestDigest(standing.map(([key, entry]) => ({ key, position: entry.position })));
  return { logId, position, digest, keyCount: standing.length };
}

/** Who published it makes no difference. */
const manifestText = ({ logId, position, digest, keyCount }: Omit<NodeManifest, "epoch" | "causation">): string =>
  canonicalText({ logId, position, digest, keyCount });

const withoutCausation = ({ position, resource }: { position: number; resource: unknown }) => ({ position, resource });

/** Undefined: a removal, which stands until the node has reported it and a while longer. */
function textIn({ key, value }: BucketEntry, logId: string): string | undefined {
  try {
    const held = decodeDesiredResource(value, key);
    if (held.resource?.$case === "gone" && held.logId === logId) return undefined;
    return canonicalText({ logId: held.logId, ...withoutCausation(held as typeof held & { resource: unknown }) });
  } catch {
    // Not what the bucket is for: shown as it stands.
    return `not a desired value: ${new TextDecoder().decode(value)}`;
  }
}

function manifestIn({ key, value }: BucketEntry): NodeManifest | undefined {
  try {
    return decodeNodeManifest(value, key);
  } catch {
    // Told as a manifest that is missing.
    return undefined;
  }
}
