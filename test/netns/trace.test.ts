import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { controlHost, type Lab, type LabProcess, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlPlane, nodeAgent } from "../../infra/stack/programs.ts";
import { type Stack, stackIn } from "../../infra/stack/stack.ts";
import { bundled } from "../support/bundle.ts";
import { eventually } from "../support/eventually.ts";
import { downAsLogged } from "../support/kernel-as-reported/down-as-logged.ts";
import { requiresRoot } from "../support/requires-root.ts";
import { type CollectedSpan, type ExportRequest, spansOf, traceText } from "../support/trace-collector.ts";

const otlp = `http://${controlHost.address}:4318`;
/** An OTLP/HTTP collector on the control host that writes what it is sent to its standard output. */
const collectorProgram = `require("http").createServer((q, r) => {
  q.setEncoding("utf8"); let body = "";
  q.on("data", (d) => { body += d; }).on("end", () => { console.log(body); r.setHeader("content-type", "application/json"); r.end("{}"); });
}).listen(4318, "0.0.0.0")`;

/** From the command to the kernel and back, each below what led to it. */
const way = [
  "rhumb: rhumb router add-interface",
  "  rhumb: RouterService.AddRouterInterface",
  "    topology: RouterService.AddRouterInterface",
  "      topology: AllocationService.Allocate",
  "        ipam: AllocationService.Allocate",
  "          ipam: append scope, subnet",
  "      topology: append port, router",
  "      router-scheduler: publish desired state",
  "      node-agent: apply desired state",
  "        router-scheduler: record report",
  "          router-scheduler: append realised",
];

const programs = ["event-log", "ipam", "topology", "router-scheduler", "audit", "node-agent", "rhumb"];

describe("one command's trace", requiresRoot, () => {
  let lab: Lab;
  let stack: Stack;
  let collector: LabProcess;

  beforeAll(async () => {
    await Promise.all(programs.map(bundled));
    const nodes = nodeHosts("node1");
    lab = await startLab({ name: `trace-${randomUUID().slice(0, 8)}`, hosts: [controlHost, ...nodes] });
    collector = await lab.host("control").spawn(["node", "-e", collectorProgram], { name: "collector" });
    const agents = nodes.map((node) => nodeAgent(node, controlHost, { otlp }));
    stack = stackIn(lab, "control", [...controlPlane(controlHost, { otlp }), ...agents]);
    await stack.start();
    await stack.ready(1);
  });
  afterAll(() => downAsLogged(lab, stack));

  const spans = (): CollectedSpan[] =>
    readFileSync(collector.outputFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => spansOf(JSON.parse(line) as ExportRequest));

  test("leads from rhumb through the log and the bus to the agent's kernel and back into the log", async () => {
    await stack.json("network", "create", "web");
    await stack.json("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24");
    await stack.json("router", "create", "r1", "--wait");
    await stack.json("router", "add-interface", "r1", "--subnet", "web-v4", "--wait", "--otlp", otlp);
    await eventually(() => {
      const first = spans().find(({ service, parentSpanId }) => service === "rhumb" && parentSpanId === "");
      // Other spans stand between these: reads of the command line, the relay's, further looks of the agent.
      expect(traceText(spans(), first?.traceId ?? "")).toEqual(expect.arrayContaining(way));
    });
  });
});
