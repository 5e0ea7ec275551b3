import type { Command, Executor, Position } from "@rhumbline/event-sourcing";
import type { IpamState } from "../read-model/state.ts";
import type { ScopeEvent } from "../scope/events.ts";
import type { Scope } from "../scope/state.ts";
import type { SubnetEvent } from "../subnet/events.ts";
import type { Subnet } from "../subnet/state.ts";

/** What an owner gets: a MAC address of the scope, and addresses of each subnet. */
export interface Gift {
  readonly mac: Command<IpamState, Scope, ScopeEvent>;
  readonly addresses: readonly AddressesGift[];
}

interface AddressesGift {
  /** They are made of the MAC address, which is to be given first. */
  readonly ofMac: boolean;
  /** @param scope that the MAC address was given in; undefined where they are not made of it. */
  command(scope: Scope | undefined): Command<IpamState, Subnet, SubnetEvent>;
}

/** Gives it. Where addresses are of one subnet, and nobody else in the scope is just being given something, MAC address and
 *  addresses are one append. Else each is an append of its own, which leaves with the others in one turn: there the commands of
 *  many owners share an append, which two streams at once would not let them.
 *  @throws {DomainError} the first refusal. Some of it may be given: all has settled. */
export type Giver = (gift: Gift) => Promise<Position>;

export function createGiver({ execute, executeTogether }: Executor<IpamState>): Giver {
  /** How many are just being given something, by scope. */
  const underWay = new Map<string, number>();

  const inOne = async (mac: Gift["mac"], { command }: AddressesGift): Promise<Position> => {
    const given = await executeTogether(mac, command(undefined));
    return Math.max(...given.map(({ position }) => position));
  };

  const eachByItself = async ({ mac, addresses }: Gift): Promise<Position> => {
    const macGiven = execute(mac.aggregate, mac.id, mac.decide, mac.context);
    const addressesGiven = addresses.map(async ({ ofMac, command }) => {
      const { aggregate, id, decide, context } = command(ofMac ? (await macGiven).aggregate : undefined);
      return execute(aggregate, id, decide, context);
    });
    const all: Promise<{ readonly position: Position }>[] = [macGiven, ...addressesGiven];
    // What is still being given can't be taken back.
    await Promise.allSettled(all);
    return Math.max(...(await Promise.all(all)).map(({ position }) => position));
  };

  return async (gift) => {
    const scopeId = gift.mac.id;
    const others = underWay.get(scopeId) ?? 0;
    underWay.set(scopeId, others + 1);
    try {
      const [only, ...more] = gift.addresses;
      const together = others === 0 && only !== undefined && more.length === 0 && !only.ofMac;
      return await (together ? inOne(gift.mac, only) : eachByItself(gift));
    } finally {
      const left = (underWay.get(scopeId) ?? 1) - 1;
      if (left > 0) underWay.set(scopeId, left);
      else underWay.delete(scopeId);
    }
  };
}
