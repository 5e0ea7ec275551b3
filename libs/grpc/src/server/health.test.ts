import { status as Code } from "@grpc/grpc-js";
import {
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "@rhumbline/proto/grpc/health/v1/health";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nobodyIsAsked } from "../access/caller.ts";
import { type Channel, openChannel } from "../client.ts";
import { type GrpcServer, startGrpcServer } from "../server.ts";
import { failureOf } from "../status.ts";

let server: GrpcServer;
let channel: Channel;

beforeEach(async () => {
  const log = createLogger("test", "error");
  server = await startGrpcServer({ listen: "127.0.0.1:0", services: [], authenticate: nobodyIsAsked, log });
  channel = openChannel(server.address);
});
afterEach(async () => {
  channel.close();
  await server.stop(0);
});

const statusOf = async (service = ""): Promise<ServingStatus> =>
  (await channel.client(HealthService).check({ service }, { timeoutMs: 60_000 })).status;

test("a server serves from when it says so until it says it does not", async () => {
  expect(await statusOf()).toBe(ServingStatus.NOT_SERVING);
  server.setServing(true);
  expect(await statusOf()).toBe(ServingStatus.SERVING);
  server.setServing(false);
  expect(await statusOf()).toBe(ServingStatus.NOT_SERVING);
});

test("of a single service nothing is known", async () => {
  server.setServing(true);
  const refused = await statusOf("rhumbline.ipam.v1.SubnetService").catch(failureOf);
  expect(refused).toMatchObject({ code: Code.NOT_FOUND });
});

test("who watches is told how it is, and each time that it is otherwise", async () => {
  const told = watching("");
  expect(await told.next()).toBe(ServingStatus.NOT_SERVING);
  server.setServing(true);
  expect(await told.next()).toBe(ServingStatus.SERVING);
  server.setServing(true);
  server.setServing(false);
  expect(await told.next()).toBe(ServingStatus.NOT_SERVING);
});

test("a server that stops says so to those who watch, and waits for none of them", async () => {
  server.setServing(true);
  const told = watching("");
  expect(await told.next()).toBe(ServingStatus.SERVING);
  await server.stop();
  expect(await told.next()).toBe(ServingStatus.NOT_SERVING);
  expect(await told.next()).toBe(undefined);
});

test("who watches a service that is not known is told so, and goes on waiting", async () => {
  const told = watching("rhumbline.ipam.v1.SubnetService");
  expect(await told.next()).toBe(ServingStatus.SERVICE_UNKNOWN);
  server.setServing(true);
  expect(await statusOf()).toBe(ServingStatus.SERVING);
  const next = told.next();
  expect(await Promise.race([next.catch(failureOf), statusOf()])).toBe(ServingStatus.SERVING);
});

function watching(service: string): { next(): Promise<ServingStatus | undefined> } {
  const answers = channel.client(HealthService).watch({ service })[Symbol.asyncIterator]();
  return { next: async () => (await answers.next()).value?.status };
}
