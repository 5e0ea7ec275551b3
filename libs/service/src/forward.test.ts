import { authenticateHeaders, type Call, type Caller, type GrpcServer, mount, startGrpcServer } from "@rhumbline/grpc";
import {
  DeleteNodeRequest,
  type DeleteNodeResponse,
  NodeServiceService,
} from "@rhumbline/proto/rhumbline/scheduler/v1/node_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createForward } from "./forward.ts";

const { deleteNode: definition } = NodeServiceService;
const root: Caller = { user: "root", projectId: "p0", role: "admin", service: "topology" };
const heard: Call[] = [];
let writer: GrpcServer;

beforeAll(async () => {
  const service = mount(
    { deleteNode: definition },
    {
      async deleteNode(_request, call): Promise<DeleteNodeResponse> {
        heard.push(call);
        return { position: 7 };
      },
    },
  );
  const log = createLogger("test", "error");
  writer = await startGrpcServer({
    listen: "127.0.0.1:0",
    services: [service],
    authenticate: authenticateHeaders,
    log,
  });
});
afterAll(() => writer.stop(0));

const callOf = (caller: Caller): Call => ({
  caller,
  method: "DeleteNode",
  definition: definition as never,
  signal: new AbortController().signal,
  onCutShort: () => () => undefined,
  correlationId: "c1",
  traceparent: undefined,
  forwarded: false,
});

test("a command passed on to the writer stays its caller's, and is judged there again", async () => {
  const forward = createForward("router-scheduler", { writerAddress: () => writer.address });
  const request = DeleteNodeRequest.fromPartial({ id: "n1" });
  expect(await forward(request, callOf(root))).toEqual({ position: 7 });
  expect(heard).toMatchObject([{ caller: root, correlationId: "c1", forwarded: true }]);
  const refused = forward(request, callOf({ ...root, role: "member" }));
  await expect(refused).rejects.toMatchObject({ details: expect.stringContaining("needs the role admin") });
});
