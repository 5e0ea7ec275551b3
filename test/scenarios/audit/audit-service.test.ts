import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import {
  type Channel,
  type ClientOf,
  failureOf,
  type GrpcServer,
  nobodyIsAsked,
  openChannel,
  startGrpcServer,
} from "@rhumbline/grpc";
import { AuditServiceService, type WatchResponse } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mountAuditService } from "../../../services/audit/src/api/audit-service.ts";
import { type SampleLog, sampleLog } from "./sample-log.ts";

const nothingYet = { afterPosition: 0, fromStart: false, filter: "", stopAtEnd: false };
const firstPage = { pageSize: 0, pageToken: "", filter: "", minPosition: 0 };

describe("the history", () => {
  let store: EventStore;
  let network: SampleLog;
  let server: GrpcServer;
  let channel: Channel;
  let audit: ClientOf<typeof AuditServiceService>;

  beforeEach(async () => {
    store = createMemoryStore();
    network = sampleLog(store);
    const relay = { status: () => ({ publishedPosition: 7, busConnected: false, error: "the bus is unavailable" }) };
    server = await startGrpcServer({
      listen: "127.0.0.1:0",
      services: [mountAuditService(store, relay)],
      authenticate: nobodyIsAsked,
      log: createLogger("test", "error"),
    });
    channel = openChannel(server.address);
    audit = channel.client(AuditServiceService);
  });
  afterEach(async () => {
    channel.close();
    await server.stop();
    await store.close();
  });

  const resourceIds = async (answers: AsyncIterable<WatchResponse>, count = Number.POSITIVE_INFINITY) => {
    const ids: string[] = [];
    for await (const { event } of answers) {
      ids.push(event?.resourceId ?? "");
      if (ids.length === count) break;
    }
    return ids;
  };

  test("is told from its start to its present end, in log order", async () => {
    for (const id of ["r1", "r2", "r3"]) await network.routerCreated(id);
    expect(await resourceIds(audit.watch({ ...nothingYet, fromStart: true, stopAtEnd: true }))).toEqual([
      "r1",
      "r2",
      "r3",
    ]);
  });

  test("is followed from a position on, with what comes while one listens", async () => {
    const after = await network.routerCreated("r1");
    await network.routerCreated("r2");
    const listening = resourceIds(audit.watch({ ...nothingYet, afterPosition: after }), 12);
    for (let i = 0; i < 11; i++) await network.routerCreated(`live${i}`);
    expect(await listening).toEqual(["r2", ...Array.from({ length: 11 }, (_, i) => `live${i}`)]);
  });

  test("gives each event with its stream, its cause and its message", async () => {
    await network.routerCreated("r1", { timeMs: 1_770_000_000_000 });
    for await (const { event } of audit.watch({ ...nothingYet, fromStart: true, stopAtEnd: true })) {
      expect(event).toMatchObject({
        stream: "router-r1",
        kind: "router",
        resourceId: "r1",
        type: "RouterCreated",
        projectId: "p1",
        actor: "admin",
        correlationId: "c1",
        time: new Date(1_770_000_000_000),
        dataJson: '{"router":{"id":"r1"}}',
      });
    }
  });

  test("is filtered by kind, resource, project and type", async () => {
    await network.writerChanged("topology", 1);
    await network.routerCreated("r1", { projectId: "blue" });
    await network.routerCreated("r2", { projectId: "red" });
    const filtered = (filter: string) =>
      resourceIds(audit.watch({ ...nothingYet, fromStart: true, stopAtEnd: true, filter }));
    expect(await filtered('kind = "router"')).toEqual(["r1", "r2"]);
    expect(await filtered('kind = "router" AND resource_id = "r2"')).toEqual(["r2"]);
    expect(await filtered('resource_id = "r2"')).toEqual(["r2"]);
    expect(await filtered('project_id != "red" AND type:Created')).toEqual(["r1"]);
    expect(await filtered('kind = "writer"')).toEqual(["topology"]);
  });

  test("knows nothing of what a deposed writer appended", async () => {
    await network.writerChanged("topology", 1);
    await network.routerCreated("r1", { epoch: 1 });
    const change = await network.writerChanged("topology", 2);
    await network.routerCreated("late", { epoch: 1 });
    await network.routerCreated("r2", { epoch: 2 });
    const all = { ...nothingYet, stopAtEnd: true, filter: 'kind = "router"' };
    expect(await resourceIds(audit.watch({ ...all, fromStart: true }))).toEqual(["r1", "r2"]);
    expect(await resourceIds(audit.watch({ ...all, afterPosition: change }))).toEqual(["r2"]);
    const { events } = await audit.listEvents({ ...firstPage, filter: 'kind = "router"' });
    expect(events.map(({ resourceId }) => resourceId)).toEqual(["r2", "r1"]);
  });

  test("is listed newest first, page by page, undisturbed by what comes meanwhile", async () => {
    for (let i = 0; i < 7; i++) await network.routerCreated(`r${i}`);
    const listed: string[] = [];
    let pageToken = "";
    do {
      const page = await audit.listEvents({ ...firstPage, pageSize: 3, pageToken });
      listed.push(...page.events.map(({ resourceId }) => resourceId));
      pageToken = page.nextPageToken;
      await network.routerCreated("meanwhile");
    } while (pageToken !== "");
    expect(listed).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
  });

  test("refuses a filter it can't read, another list's page token, and a position beyond the log", async () => {
    const refusal = async (call: Promise<unknown>) => failureOf(await call.catch((error: unknown) => error));
    const badFilter = await refusal(audit.listEvents({ ...firstPage, filter: "color = red" }));
    expect(badFilter?.violations[0]?.field).toBe("filter");
    const badWatch = await refusal(resourceIds(audit.watch({ ...nothingYet, filter: "kind router" })));
    expect(badWatch?.violations[0]?.field).toBe("filter");
    const badToken = await refusal(audit.listEvents({ ...firstPage, pageToken: "next" }));
    expect(badToken?.reason).toBe("INVALID_PAGE_TOKEN");
    const beyond = await refusal(audit.listEvents({ ...firstPage, minPosition: 10_000 }));
    expect(beyond?.reason).toBe("POSITION_NOT_REACHED");
  });

  test("says how far the bus has it", async () => {
    const logPosition = await network.routerCreated("r1");
    expect(await audit.getRelayStatus({})).toEqual({
      publishedPosition: 7,
      logPosition,
      busConnected: false,
      error: "the bus is unavailable",
    });
  });
});
