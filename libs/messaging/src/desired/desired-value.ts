import { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { MalformedMessage } from "../bus/bus-errors.ts";
import { decode, encode } from "../json-message.ts";

/** Where a value or a manifest stands: of which log, by which writer, compiled up to which log position. */
export interface Version {
  readonly logId: string;
  readonly epoch: number;
  readonly position: number;
}

/** Negative: `a` is older than `b`; 0: the same. Only versions of one log can be compared. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || a.position - b.position;
}

export function encodeDesiredResource(value: DesiredResource): Uint8Array {
  return encode(DesiredResource, value);
}

/** @throws {MalformedMessage} it is no JSON, has no version, or holds a resource of a kind unknown here. */
export function decodeDesiredResource(bytes: Uint8Array, key: string): DesiredResource {
  const value = decode(DesiredResource, bytes, key);
  requireVersion(value, key);
  if (value.resource === undefined) throw new MalformedMessage(key, "holds no resource known here");
  return value;
}

export function encodeNodeManifest(value: NodeManifest): Uint8Array {
  return encode(NodeManifest, value);
}

/** @throws {MalformedMessage} it is no JSON, or has no version or digest. */
export function decodeNodeManifest(bytes: Uint8Array, key: string): NodeManifest {
  const value = decode(NodeManifest, bytes, key);
  requireVersion(value, key);
  if (!/^[0-9a-f]{32}$/.test(value.digest))
    throw new MalformedMessage(key, `digest ${value.digest} is not 32 hex digits`);
  return value;
}

function requireVersion({ logId, epoch, position }: Version, key: string): void {
  if (logId === "") throw new MalformedMessage(key, "has no log id");
  if (!isCount(epoch) || !isCount(position))
    throw new MalformedMessage(key, "epoch and position must be whole numbers");
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
