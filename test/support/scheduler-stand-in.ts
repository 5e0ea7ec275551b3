// Stands in for the router-scheduler inside a lab host: `inbox` lets every node in and prints its reports, one JSON object
// a line; `publish <nodeId>` takes desired state from standard input and puts it into bucket DESIRED.
import { text } from "node:stream/consumers";
import {
  type Bus,
  connectBus,
  desiredBucket,
  desiredKey,
  encodeDesiredResource,
  encodeNodeManifest,
  manifestDigest,
  manifestKey,
  type ResourceKey,
  serveNodeReports,
  serveRegistrations,
} from "@rhumbline/messaging";
import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { createLogger } from "@rhumbline/telemetry";
import { eventually } from "./eventually.ts";

/** What `publish` reads. */
export interface PublishedState {
  readonly logId: string;
  readonly position: number;
  /** Proto3 JSON of the resources, each last changed at `position`. */
  readonly resources: readonly (readonly [ResourceKey, unknown])[];
}

/** Writes the keys, then the manifest that commits them, as the scheduler does. */
export async function publishState(
  bus: Bus,
  nodeId: string,
  { logId, position, resources }: PublishedState,
): Promise<void> {
  const bucket = desiredBucket(bus);
  await bucket.ensure();
  const put = async (key: string, value: Uint8Array): Promise<void> => {
    await bucket.put(key, value, (await bucket.get(key))?.revision ?? 0);
  };
  for (const [key, json] of resources) {
    const value = { ...DesiredResource.fromJSON(json), logId, position };
    await put(desiredKey(nodeId, key), encodeDesiredResource(value));
  }
  const standing = resources.filter(([, json]) => DesiredResource.fromJSON(json).resource?.$case !== "gone");
  const digest = manifestDigest(standing.map(([key]) => ({ key, position })));
  const manifest = { logId, epoch: 1, position, digest, keyCount: standing.length, causation: undefined };
  await put(manifestKey(nodeId), encodeNodeManifest(manifest));
}

/** Takes reports in order, as the scheduler does. */
function serveInbox(bus: Bus, taken: (report: NodeReport) => void): void {
  let lastSeq = 0;
  serveRegistrations(bus, async () => ({ refusal: "", lastSeq, logId: "", desiredPosition: 0, failoverDelayMs: 0 }));
  serveNodeReports(bus, async (_nodeId, report) => {
    const first = report.report?.$case === "lost" ? Math.min(report.report.value.fromSeq, report.seq) : report.seq;
    if (lastSeq < report.seq && first <= lastSeq + 1) {
      lastSeq = report.seq;
      taken(report);
    }
    return { lastSeq, refusal: "" };
  });
}

async function main([command, nodeId]: readonly string[]): Promise<void> {
  const bus = connectBus({ servers: ["nats://127.0.0.1:4222"], name: "stand-in", logger: createLogger("stand-in") });
  if (command === "inbox")
    return serveInbox(bus, (report) => void process.stdout.write(`${JSON.stringify(NodeReport.toJSON(report))}\n`));
  const state = JSON.parse(await text(process.stdin)) as PublishedState;
  await eventually(() => publishState(bus, nodeId ?? "", state));
  await bus.close();
}

if (import.meta.filename === process.argv[1]) await main(process.argv.slice(2));
