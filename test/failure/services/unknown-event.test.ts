import { randomUUID } from "node:crypto";
import { createFold, type FoldDefinition, foldToEnd, identifyLog } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { ReplicaRole } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { createServiceContext, probeHealth, startWriterDuty } from "@rhumbline/service";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type IpamEvent, ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import type { IpamState } from "../../../services/ipam/src/read-model/state.ts";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { createSubnet, getSubnet, openScope } from "../../support/ipam-commands.ts";
import { endOf } from "../../support/refusal.ts";
import { stateOf, untilWriter } from "../../support/replica-state.ts";
import { killServices, startService } from "../../support/service-process.ts";

let log: EventLogProcess;
beforeAll(async () => {
  log = await startEventLog();
});
afterEach(killServices);
afterAll(() => log.kill());

const logger = createLogger("test", "error");

/** ipam of a later build: it knows one event more, which changes nothing. */
const laterFold: FoldDefinition<IpamState, IpamEvent> = {
  ...ipamFold,
  codec: {
    ...ipamFold.codec,
    decode: (type, data) => ipamFold.codec.decode(type === "SubnetPainted" ? "ScopeClosed" : type, data),
  },
};

test("a writer that meets an event it does not know says so when probed, goes on serving reads, and gives way to a build that knows it", async () => {
  const old = await startService("ipam", ["--log", log.connectionString]);
  await untilWriter(old);
  const networkId = randomUUID();
  await openScope(old, networkId);
  const { subnet } = await createSubnet(old, { networkId, cidr: "10.0.0.0/24" });
  expect(await probeHealth(old.address)).toBe(true);

  const store = connectKurrent({ connectionString: log.connectionString });
  const { epoch } = await stateOf(old);
  const metadata = { service: "ipam", epoch, timeMs: Date.now(), actor: "a later build", projectId: "" };
  const painted = { id: randomUUID(), type: "SubnetPainted", data: { scopeId: randomUUID() }, metadata };
  await store.append(`scope-${painted.data.scopeId}`, "any", [painted]);

  await eventually(async () => expect(await probeHealth(old.address)).toBe(false));
  expect((await stateOf(old)).role).toBe(ReplicaRole.READER);
  expect(await endOf(createSubnet(old, { networkId, cidr: "10.1.0.0/24" }))).toBe("NO_WRITER");
  expect(await getSubnet(old, subnet?.id ?? "")).toEqual(subnet);
  expect(old.logLines.filter(({ message }) => message.includes("upgrade this replica"))).toHaveLength(1);

  const logId = await identifyLog(store);
  const fold = createFold(laterFold);
  await foldToEnd(store, fold);
  const address = "127.0.0.1:1";
  const later = createServiceContext(laterFold, { store, logId, fold, address, log: logger });
  const duty = startWriterDuty({ replica: later.replica, fold, address, log: logger });
  await eventually(() => expect(later.replica.epoch()).toBe(epoch + 1));
  await duty.stop();
  await later.follower.stop();
  await store.close();
}, 120_000);
