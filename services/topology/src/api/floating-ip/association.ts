import type { GuardRequest } from "@rhumbline/event-sourcing";
import type { MutationCall } from "@rhumbline/service";
import type { AssociationWanted } from "../../floating-ip/commands.ts";
import { FloatingIpUnreachable } from "../../floating-ip/errors.ts";
import { floatingIpsOfPort, routerBetween } from "../../read-model/lookups.ts";
import type { TopologyState } from "../../read-model/state.ts";
import { permittedPort } from "../access/permitted.ts";
import type { TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";
import { type AssociationWish, chooseFixedIp } from "./floating-ip-request.ts";

/** What is to stand for what: undefined where a floating IP is to stand for nothing. */
interface Association<W> {
  readonly wish: W;
  readonly floatingNetworkId: string;
}

/** Looks up what an association needs: the fixed IP, the router on the way to it, who else stands for it.
 *  @throws {NotFound} {Forbidden} {InvalidFields} {FloatingIpUnreachable} */
function lookUp(
  state: TopologyState,
  call: MutationCall,
  { wish, floatingNetworkId }: Association<AssociationWish>,
): AssociationWanted {
  const { portId } = wish;
  const { port } = permittedPort(state, call, portId, wish.portField);
  const { ipAddress, subnetId } = chooseFixedIp(port, wish);
  const router = routerBetween(state, subnetId, floatingNetworkId);
  if (router === undefined) throw new FloatingIpUnreachable(ipAddress, subnetId, floatingNetworkId);
  const heldBy = floatingIpsOfPort(state, portId).find(
    ({ floatingIp, association }) =>
      floatingIp.floatingNetworkId === floatingNetworkId && association?.fixedIpAddress === ipAddress,
  );
  return { portId, fixedIpAddress: ipAddress, routerId: router.id, heldBy: heldBy?.id };
}

/** The same as `holdingFixedIp`, where nothing may be wished for. */
export const holdingAssociation = <T>(
  context: TopologyContext,
  call: MutationCall,
  { wish, floatingNetworkId }: Association<AssociationWish | undefined>,
  held: GuardRequest,
  act: (association: AssociationWanted | undefined) => Promise<T>,
): Promise<T> =>
  wish === undefined
    ? context.guards.hold(held, () => act(undefined))
    : holdingFixedIp(context, call, { wish, floatingNetworkId }, held, act);

/** Acts while the port can't go and its router can't lose its interface or gateway. Which router that is shows only on
 *  looking, and may be another once its guard is held: then it is looked up again. */
export async function holdingFixedIp<T>(
  { fold, guards: { hold } }: TopologyContext,
  call: MutationCall,
  { wish, floatingNetworkId }: Association<AssociationWish>,
  { shared = [], exclusive = [] }: GuardRequest,
  act: (association: AssociationWanted) => Promise<T>,
): Promise<T> {
  for (;;) {
    const { routerId } = lookUp(fold.state, call, { wish, floatingNetworkId });
    const request = {
      shared: [...shared, guards.router(routerId)],
      exclusive: [...exclusive, guards.port(wish.portId)],
    };
    const result = await hold(request, async () => {
      const association = lookUp(fold.state, call, { wish, floatingNetworkId });
      return association.routerId === routerId ? { done: await act(association) } : undefined;
    });
    if (result !== undefined) return result.done;
  }
}
