import { randomUUID } from "node:crypto";
import { createSubnet, openScope } from "./ipam-commands.ts";
import { endOf } from "./refusal.ts";
import type { ServiceProcess } from "./service-process.ts";

/** A subnet that a client wants, under a request_id of its own. */
export interface WantedSubnet {
  readonly networkId: string;
  readonly cidr: string;
  readonly name: string;
  readonly requestId: string;
}

/** Many clients that make subnets, each one after the other. */
export interface SubnetLoad {
  /** Those whose client was told that they are done. */
  readonly answered: ReadonlySet<WantedSubnet>;
  /** Those whose client was told something else. */
  readonly unanswered: readonly WantedSubnet[];
  /** Resolves when so many were answered. */
  reached(count: number): Promise<void>;
  /** Lets calls under way end, and begins no other. */
  stop(): Promise<void>;
}

/** @param clients at once; each works in a network of its own or with others, eight networks in all. */
export async function startSubnetLoad(service: ServiceProcess, clients: number): Promise<SubnetLoad> {
  const networks = Array.from({ length: 8 }, () => randomUUID());
  for (const networkId of networks) await openScope(service, networkId);
  const answered = new Set<WantedSubnet>();
  const unanswered: WantedSubnet[] = [];
  const waiting = new Set<() => void>();
  let begun = 0;
  let stopped = false;

  const client = async (): Promise<void> => {
    while (!stopped) {
      const n = begun++;
      const networkId = networks[n % networks.length] ?? "";
      const cidr = `10.${(n >> 8) & 255}.${n & 255}.0/24`;
      const wanted = { networkId, cidr, name: `subnet ${n}`, requestId: randomUUID() };
      if ((await endOf(createSubnet(service, wanted))) === "done") answered.add(wanted);
      else unanswered.push(wanted);
      for (const check of waiting) check();
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    answered,
    unanswered,
    reached: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (answered.size < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async stop() {
      stopped = true;
      await all;
    },
  };
}
