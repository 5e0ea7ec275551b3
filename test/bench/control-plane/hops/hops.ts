import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { elapsedMs } from "../../row.ts";
import type { Hop } from "./transport.ts";
import { type TransportName, transportOf } from "./transports.ts";

const services = ["topology", "ipam", "router-scheduler", "node-agent", "log"] as const;
const hop = (to: (typeof services)[number], ...then: readonly Hop[]): Hop => ({ to, then });

/** An address, its port, and what the port is for: each on disk before the next is begun. */
const addressed = hop("topology", hop("ipam", hop("log")), hop("log"), hop("log"));
/** Of the node, and its report on disk. */
const reported = hop("router-scheduler", hop("node-agent"), hop("log"));

/** From calls to a report, as the events of a change make it necessary. */
export const hopsOf = {
  router: { calls: [hop("topology", hop("log")), addressed, addressed], reported },
  floatingIp: { calls: [addressed], reported },
};

const warmUps = 200;

/** ms that processes take which exchange those messages in turn, put on disk what is to be there, and do nothing else: what
 *  services and a durable log cost at the least by that transport. */
export async function hopsMs(by: TransportName, hops: readonly Hop[], times: number): Promise<number[]> {
  const servers = services.map((name) =>
    fork(join(import.meta.dirname, "hop-server.ts"), [name, by], { execArgv: ["--import", "tsx"], stdio: "inherit" }),
  );
  try {
    const told = await Promise.all(servers.map((server) => once(server, "message")));
    const ports = services.map((name, at): [string, number] => [name, told[at]?.[0]]);
    for (const server of servers) server.send(ports);
    const callers = new Map(ports.map(([name, port]) => [name, transportOf(by).caller(port)]));
    const inTurn = async (): Promise<void> => {
      for (const each of hops) await callers.get(each.to)?.call(each);
    };
    for (let done = 0; done < warmUps; done += 1) await inTurn();
    const taken: number[] = [];
    while (taken.length < times) taken.push(await elapsedMs(inTurn));
    for (const caller of callers.values()) caller.close();
    return taken;
  } finally {
    for (const server of servers) server.disconnect();
  }
}
