import { NotFound } from "@rhumbline/event-sourcing";
import { changedFields, withFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import { bindPort, movePort, unbindPort } from "./binding.ts";
import type { CreatePort, LendPort, PortCommand, UpdateDevicePort, UpdatePort } from "./commands.ts";
import { isNetworkDevice } from "./device-owner.ts";
import {
  FixedIpRequiredByFloatingIp,
  FixedIpRequiredByPortForwarding,
  PortOwnedByDevice,
  PortSecurityDisabled,
  PortServesAnother,
} from "./errors.ts";
import type { PortEvent } from "./events.ts";
import { abortMove, finishMove, startMove } from "./move.ts";
import { type ActivePort, type Port, type PortField, type PortState, portFields } from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {PortOwnedByDevice} and what else errors.ts names */
export function decidePort(command: PortCommand, port: PortState): PortEvent[] {
  switch (command.type) {
    case "CreatePort":
      return createPort(command, port);
    case "UpdatePort":
      return updatePort(command, requirePort(command.portId, port));
    case "BindPort": {
      const present = requireUnchanged(command, port);
      requireNoDevice(present);
      return bindPort(command, present);
    }
    case "UnbindPort":
      return unbindPort(requireUnchanged(command, port));
    case "StartPortMove":
      return startMove(command, requireUnchanged(command, port));
    case "FinishPortMove":
      return finishMove(requireUnchanged(command, port));
    case "AbortPortMove":
      return abortMove(requireUnchanged(command, port));
    case "DeletePort": {
      const present = requireUnchanged(command, port);
      requireNoDevice(present);
      return deletePort(present);
    }
    case "UpdateDevicePort":
      return updateDevicePort(command, requirePort(command.portId, port));
    case "DeleteDevicePort":
      return port.status === "absent" ? [] : deletePort(port);
    case "LendPort":
      return lendPort(command, requirePort(command.portId, port));
    case "ReturnPort":
      return port.status === "absent" ? [] : setDevice(port, "", "");
    default:
      return command satisfies never;
  }
}

function createPort({ port, binding }: CreatePort, present: PortState): PortEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  requireSecurity(port);
  const created: PortEvent = { type: "PortCreated", data: { port, portSecurityDecided: true } };
  return binding === undefined ? [created] : [created, ...movePort(binding, port)];
}

/** Of a device's port a caller may change what only people read. */
const fieldsOfAnyPort: readonly PortField[] = ["name", "description", "tags"];

function updatePort(command: UpdatePort, present: ActivePort): PortEvent[] {
  const { values, fields, etag } = command;
  requireEtag("port", present.id, etag, present);
  const changed = changedFields(present.port, values, fields, portFields);
  const binding = rebind(command.binding, present);
  if (binding.length > 0 || changed.some((field) => !fieldsOfAnyPort.includes(field))) requireNoDevice(present);
  if (changed.includes("fixed_ips")) requireTranslated(command, present);
  if (changed.length === 0) return binding;
  requireSecurity(withFields(present.port, values, changed, portFields));
  return [{ type: "PortUpdated", data: { portId: present.id, port: values, changed } }, ...binding];
}

/** Neutron's PortSecurityAndIPRequiredForSecurityGroups and AddressPairAndPortSecurityRequired. */
function requireSecurity({ id, portSecurityDisabled, securityGroupIds, allowedAddressPairs }: Port): void {
  if (!portSecurityDisabled) return;
  if (securityGroupIds.length > 0) throw new PortSecurityDisabled(id, "security_group_ids");
  if (allowedAddressPairs.length > 0) throw new PortSecurityDisabled(id, "allowed_address_pairs");
}

/** What a floating IP stands for, or a port forwarding leads to, can't be taken away. */
function requireTranslated(command: UpdatePort, { id, port }: ActivePort): void {
  const left = new Set(command.values.fixedIps.map(({ ipAddress }) => ipAddress));
  for (const { ipAddress } of port.fixedIps) {
    if (left.has(ipAddress)) continue;
    const floatingIpId = command.floatingIpByAddress.get(ipAddress);
    if (floatingIpId !== undefined) throw new FixedIpRequiredByFloatingIp(id, ipAddress, floatingIpId);
    const forwardingId = command.portForwardingByAddress.get(ipAddress);
    if (forwardingId !== undefined) throw new FixedIpRequiredByPortForwarding(id, ipAddress, forwardingId);
  }
}

function updateDevicePort({ portId, fixedIps }: UpdateDevicePort, { port }: ActivePort): PortEvent[] {
  const values = { ...port, fixedIps };
  const changed = changedFields(port, values, ["fixed_ips"], portFields);
  return changed.length === 0 ? [] : [{ type: "PortUpdated", data: { portId, port: values, changed } }];
}

function rebind(binding: UpdatePort["binding"], present: ActivePort): PortEvent[] {
  if (binding === undefined) return [];
  return binding === "nowhere" ? unbindPort(present) : movePort(binding, present.port);
}

function deletePort({ id: portId, port }: ActivePort): PortEvent[] {
  return [{ type: "PortDeleted", data: { portId, networkId: port.networkId } }];
}

function lendPort({ deviceId, deviceOwner }: LendPort, present: ActivePort): PortEvent[] {
  const { port } = present;
  if (port.deviceId === deviceId && port.deviceOwner === deviceOwner) return []; // asked twice: nothing to do
  if (port.deviceId !== "") throw new PortServesAnother(present.id, port.deviceId);
  return setDevice(present, deviceId, deviceOwner);
}

function setDevice({ id: portId, port }: ActivePort, deviceId: string, deviceOwner: string): PortEvent[] {
  const changed = ["device_id", "device_owner"];
  return [{ type: "PortUpdated", data: { portId, port: { ...port, deviceId, deviceOwner }, changed } }];
}

interface AsKnown {
  readonly portId: string;
  readonly etag: string;
}

function requireUnchanged({ portId, etag }: AsKnown, port: PortState): ActivePort {
  const present = requirePort(portId, port);
  requireEtag("port", portId, etag, present);
  return present;
}

function requirePort(id: string, port: PortState): ActivePort {
  if (port.status === "absent") throw new NotFound("port", id);
  return port;
}

function requireNoDevice({ id, port }: ActivePort): void {
  if (isNetworkDevice(port.deviceOwner)) throw new PortOwnedByDevice(id, port.deviceOwner, port.deviceId);
}
