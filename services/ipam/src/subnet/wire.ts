import type { Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { ActiveSubnet } from "./state.ts";

/** The message of the log and of the API; times and etag only where the subnet has them. */
export function toWire(
  subnet: Pick<ActiveSubnet, "id" | "projectId" | "networkId" | "cidr" | "subnetPoolId" | "settings"> & {
    readonly etag?: string;
  },
): WireSubnet {
  const { id, projectId, networkId, cidr, subnetPoolId, settings, etag = "" } = subnet;
  return {
    id,
    projectId,
    networkId,
    cidr,
    ...settings,
    subnetPoolId,
    createTime: undefined,
    updateTime: undefined,
    etag,
  };
}
