import { SimulatedNode } from "./simulated-node.ts";

/** What the parent asks for. Each is answered with the state of every node here once it is done. */
export type SimulationRequest = "start" | "stop" | "power-off" | "state";

const [nats = "", folder = "", first = "1", last = "0"] = process.argv.slice(2);
const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
const nodes = numbers.map((number) => new SimulatedNode(nats, folder, number));

async function answer(request: SimulationRequest): Promise<void> {
  if (request === "start") for (const node of nodes) node.start();
  if (request === "stop") await Promise.all(nodes.map((node) => node.stop()));
  if (request === "power-off") for (const node of nodes) node.powerOff();
  process.send?.(await Promise.all(nodes.map((node) => node.state())));
}

process.on("message", (request: SimulationRequest) => void answer(request));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
