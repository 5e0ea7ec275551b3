import { SimulatedNode } from "./simulated-node.ts";

/** What the parent asks for. Each is answered with the state of every node once it is done. */
export type SimulationRequest = "start" | "stop" | "power-off" | "state";

const [nats = "", folder = "", count = "0"] = process.argv.slice(2);
const nodes = Array.from({ length: Number(count) }, (_, index) => new SimulatedNode(nats, folder, index + 1));

async function answer(request: SimulationRequest): Promise<void> {
  if (request === "start") for (const node of nodes) node.start();
  if (request === "stop") await Promise.all(nodes.map((node) => node.stop()));
  if (request === "power-off") for (const node of nodes) node.powerOff();
  process.send?.(await Promise.all(nodes.map((node) => node.state())));
}

process.on("message", (request: SimulationRequest) => void answer(request));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
