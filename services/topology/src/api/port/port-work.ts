import { fieldChecks, isAdmin, requireFields } from "@rhumbline/grpc";
import type { FixedIp, Port, PortBinding } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type {
  CreatePortRequest,
  DeletePortRequest,
  UpdatePortRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import type { MutationCall } from "@rhumbline/service";
import type { FloatingIpCommand } from "../../floating-ip/commands.ts";
import { decideFloatingIp } from "../../floating-ip/decide.ts";
import { decidePort } from "../../port/decide.ts";
import { type PortState, portFields } from "../../port/state.ts";
import { fixedIpsTranslated, floatingIpsOfPort } from "../../read-model/lookups.ts";
import { fixedIpsForwarded, floatingIpsForwardingTo } from "../../read-model/port-forwardings.ts";
import { floatingIps, ports, type TopologyState } from "../../read-model/state.ts";
import { networkBelonging, permittedNetwork, permittedPort, portBelonging } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { checkImmutable, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { hasNewAddress, planFixedIps, withGiven, without } from "./fixed-ips.ts";
import { parseNewPort, parsePortValues } from "./port-request.ts";
import { openingFields, requireGroups } from "./port-security.ts";
import { bindingGuards, findBinding, wantedBinding } from "./wanted-binding.ts";

export type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<PortState>>;

/** The addresses first: a crash behind them leaves an allocation, which the sweep takes back. */
export function createPort(context: TopologyContext): Work<CreatePortRequest> {
  const {
    fold,
    guards: { hold },
  } = context;
  return async (request, call, effects) => {
    const wanted = parseNewPort(request.port, call.caller.projectId);
    const { networkId, projectId } = wanted;
    const asked = request.port?.binding;
    requireFields(call.caller, {
      "port.project_id": projectId !== call.caller.projectId,
      "port.binding": isBinding(asked),
    });
    const id = call.newId("port");
    const found = isBinding(asked) ? await findBinding(context, id, asked, "port.binding.") : undefined;
    const quota = quotaGate(context, projectId, "port");
    const exclusive = [guards.port(id), ...quota.exclusive, ...bindingGuards(found)];
    const shared = [guards.network(networkId), ...wanted.securityGroupIds.map(guards.securityGroup)];
    return hold({ shared, exclusive }, async () => {
      quota.check();
      const network = permittedNetwork(fold.state, call, networkId, "port.network_id");
      const chosen = { ...addressFields(wanted.macAddress, wanted.fixedIps), ...openingFields(wanted) };
      requireFields(call.caller, chosen, networkBelonging(network));
      await requireGroups(fold.state, wanted.securityGroupIds, projectId, effects, call);
      const addresses = wanted.fixedIps.map((fixedIp) => ({ ...fixedIp, gateway: false }));
      const allocation = { networkId, ownerId: id, macAddress: wanted.macAddress, addresses, asked: askedOfPort };
      const { macAddress, addresses: given } = await effects.allocate(allocation, call);
      const fixedIps = given.map(({ subnetId, ipAddress }) => ({ subnetId, ipAddress }));
      const binding = found && wantedBinding(fold.state, id, found);
      const command = { type: "CreatePort", port: { ...wanted, id, macAddress, fixedIps }, binding } as const;
      const decide = (port: PortState) => decidePort(command, port);
      const done = await effects.execute(ports, id, decide, call.completion(projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

/** New addresses before, old ones after: a crash between leaves the port with more in ipam than it has, which the sweep
 *  takes back. */
export function updatePort(context: TopologyContext): Work<UpdatePortRequest> {
  const {
    fold,
    executor,
    guards: { hold },
    log,
  } = context;
  return async (request, call, effects) => {
    const given = requireGiven("port", request.port);
    const id = requireUuid("port.id", given.id);
    const { fields, own } = updatedFields(request, given, portFields, { binding: given.binding !== undefined });
    // Whoever does not see the binding, and sends back the whole of what he read, means it to stay.
    const rebinds = own.length > 0 && (isAdmin(call.caller) || given.binding !== undefined || namesBinding(request));
    requireFields(call.caller, { "port.binding": rebinds });
    const found =
      rebinds && isBinding(given.binding) ? await findBinding(context, id, given.binding, "port.binding.") : undefined;
    const shared = given.securityGroupIds.map(guards.securityGroup);
    return hold({ shared, exclusive: [guards.port(id), ...bindingGuards(found)] }, async () => {
      const active = permittedPort(fold.state, call, id);
      const { port: present } = active;
      const checks = fieldChecks();
      checkImmutable(checks, request, {
        "port.project_id": [given.projectId, present.projectId],
        "port.network_id": [given.networkId, present.networkId],
        "port.mac_address": [given.macAddress.toLowerCase(), present.macAddress],
      });
      checks.done();
      const wanted = parsePortValues(given, present);
      if (fields.includes("security_group_ids")) {
        const { projectId } = present;
        await requireGroups(fold.state, wanted.securityGroupIds, projectId, effects, call);
      }
      const nowhere = rebinds ? "nowhere" : undefined;
      const binding = found === undefined ? nowhere : wantedBinding(fold.state, id, found);
      const update = (fixedIps: readonly FixedIp[]) => (port: PortState) => {
        const values = { ...wanted, fixedIps };
        const command = {
          type: "UpdatePort",
          portId: id,
          values,
          fields,
          binding,
          floatingIpByAddress: fixedIpsTranslated(fold.state, id),
          portForwardingByAddress: fixedIpsForwarded(fold.state, id),
          etag: request.etag,
        } as const;
        return decidePort(command, port);
      };
      const plan = fields.includes("fixed_ips") ? planFixedIps(wanted.fixedIps, present.fixedIps) : present.fixedIps;
      const chosen = plan.filter((fixedIp) => !present.fixedIps.includes(fixedIp));
      const opened = openingFields(wanted, present);
      requireFields(call.caller, { ...addressFields("", chosen), ...opened }, portBelonging(fold.state, active));
      // Refused before anything is allocated, if it will be.
      executor.rehearse(ports, id, update(plan));
      const fixedIps = await giveAddresses(present, plan, { call, effects });
      const done = await effects.execute(ports, id, update(fixedIps), call.completion(present.projectId, id));
      const left = without(present.fixedIps, fixedIps);
      await finishing(log, { portId: id }, () => effects.releaseAddresses(present.networkId, id, left, call));
      return { resourceId: id, ...done };
    });
  };
}

/** Whether a message says where the port is to be: an empty one says nowhere. */
const isBinding = (given: PortBinding | undefined): given is PortBinding =>
  given !== undefined && (given.host !== "" || given.device !== "");

/** What a request chooses of a network's addresses; the rest is given. */
const addressFields = (macAddress: string, fixedIps: readonly FixedIp[]) => ({
  "port.mac_address": macAddress !== "",
  "port.fixed_ips.ip_address": fixedIps.some(({ ipAddress }) => ipAddress !== ""),
});

const namesBinding = ({ updateMask }: UpdatePortRequest): boolean => updateMask?.includes("binding") ?? false;

/** The plan's addresses, with those that the port does not have yet given to it. */
async function giveAddresses(
  { id: ownerId, networkId, macAddress, fixedIps: present }: Port,
  plan: readonly FixedIp[],
  { call, effects }: { call: MutationCall; effects: Effects },
): Promise<readonly FixedIp[]> {
  if (!hasNewAddress(plan, present)) return plan;
  const addresses = plan.map((fixedIp) => ({ ...fixedIp, gateway: false }));
  const given = await effects.allocate({ networkId, ownerId, macAddress, addresses, asked: askedOfPort }, call);
  return withGiven(plan, present, given.addresses);
}

/** Its floating IPs are disassociated and their ports that lead to it closed first; its addresses are taken back last. */
export function deletePort({ fold, executor, guards: { hold }, log }: TopologyContext): Work<DeletePortRequest> {
  return (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.port(id)] }, async () => {
      const { port } = permittedPort(fold.state, call, id);
      const { projectId, networkId } = port;
      const command = { type: "DeletePort", portId: id, etag: request.etag } as const;
      const decide = (present: PortState) => decidePort(command, present);
      executor.rehearse(ports, id, decide);
      await releaseFloatingIps(fold.state, id, call, effects);
      const done = await effects.execute(ports, id, decide, call.completion(projectId, id));
      await finishing(log, { portId: id }, () => effects.release(networkId, id, call));
      return { resourceId: id, ...done };
    });
  };
}

async function releaseFloatingIps(
  state: TopologyState,
  portId: string,
  call: MutationCall,
  effects: Effects,
): Promise<void> {
  const release = (id: string, command: FloatingIpCommand): Promise<unknown> => {
    const context = call.step(state.floatingIps.get(id)?.floatingIp.projectId ?? "");
    return effects.execute(floatingIps, id, (present) => decideFloatingIp(command, present), context);
  };
  for (const { id } of floatingIpsOfPort(state, portId)) await release(id, { type: "DisassociateFloatingIp", portId });
  for (const id of floatingIpsForwardingTo(state, portId))
    await release(id, { type: "DeletePortForwardingsTo", floatingIpId: id, portId });
}

const askedOfPort = (field: string): string => `port.${field.replace(/^addresses/, "fixed_ips")}`;
