import type { GuardRequest } from "@rhumbline/event-sourcing";
import type { AssociationWanted } from "../../floating-ip/commands.ts";
import { FloatingIpUnreachable } from "../../floating-ip/errors.ts";
import { floatingIpsOfPort, routerBetween } from "../../read-model/lookups.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import type { TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";
import { requireActive } from "../request-fields.ts";
import { type AssociationWish, chooseFixedIp } from "./floating-ip-request.ts";

/** Looks up what an association needs: the fixed IP, the router on the way to it, who else stands for it.
 *  @throws {NotFound} {InvalidFields} {FloatingIpUnreachable} */
function lookUp(
  state: TopologyState,
  { portId, fixedIpAddress }: AssociationWish,
  floatingNetworkId: string,
): AssociationWanted {
  const { port } = requireActive("port", portId, ports.select(state, portId));
  const { ipAddress, subnetId } = chooseFixedIp(port, fixedIpAddress);
  const router = routerBetween(state, subnetId, floatingNetworkId);
  if (router === undefined) throw new FloatingIpUnreachable(ipAddress, subnetId, floatingNetworkId);
  const heldBy = floatingIpsOfPort(state, portId).find(
    ({ floatingIp, association }) =>
      floatingIp.floatingNetworkId === floatingNetworkId && association?.fixedIpAddress === ipAddress,
  );
  return { portId, fixedIpAddress: ipAddress, routerId: router.id, heldBy: heldBy?.id };
}

/** Acts while the port can't go and its router can't lose its interface or gateway. Which router that is shows only on
 *  looking, and may be another once its guard is held: then it is looked up again. */
export async function holdingAssociation<T>(
  { fold, guards: { hold } }: TopologyContext,
  wish: AssociationWish | undefined,
  floatingNetworkId: string,
  { shared = [], exclusive = [] }: GuardRequest,
  act: (association: AssociationWanted | undefined) => Promise<T>,
): Promise<T> {
  if (wish === undefined) return hold({ shared, exclusive }, () => act(undefined));
  for (;;) {
    const { routerId } = lookUp(fold.state, wish, floatingNetworkId);
    const request = {
      shared: [...shared, guards.router(routerId)],
      exclusive: [...exclusive, guards.port(wish.portId)],
    };
    const result = await hold(request, async () => {
      const association = lookUp(fold.state, wish, floatingNetworkId);
      return association.routerId === routerId ? { done: await act(association) } : undefined;
    });
    if (result !== undefined) return result.done;
  }
}
