import type { CallOptions } from "@rhumbline/grpc";
import {
  AllocateRequest,
  type AllocateResponse,
  AllocationServiceService,
  OpenScopeRequest,
} from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import {
  CreateSubnetRequest,
  type CreateSubnetResponse,
  GetSubnetRequest,
  ListSubnetsRequest,
  SubnetServiceService,
} from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import type { ServiceProcess } from "./service-process.ts";

type Asked = Pick<ServiceProcess, "channel">;

/** @returns the log position. */
export async function openScope({ channel }: Asked, scopeId: string): Promise<number> {
  const request = OpenScopeRequest.fromPartial({ scopeId, projectId: "default" });
  return (await channel.client(AllocationServiceService).openScope(request)).position;
}

export function createSubnet(
  { channel }: Asked,
  { requestId = "", ...subnet }: { networkId: string; cidr: string; name?: string; requestId?: string },
  options: CallOptions = {},
): Promise<CreateSubnetResponse> {
  return channel
    .client(SubnetServiceService)
    .createSubnet(CreateSubnetRequest.fromPartial({ subnet, requestId }), options);
}

export async function getSubnet({ channel }: Asked, id: string, minPosition = 0): Promise<Subnet | undefined> {
  return (await channel.client(SubnetServiceService).getSubnet(GetSubnetRequest.fromPartial({ id, minPosition })))
    .subnet;
}

/** All of them, page after page. */
export async function listSubnets({ channel }: Asked, minPosition = 0): Promise<Subnet[]> {
  const subnets: Subnet[] = [];
  let pageToken = "";
  do {
    const request = ListSubnetsRequest.fromPartial({ pageSize: 1000, pageToken, minPosition });
    const page = await channel.client(SubnetServiceService).listSubnets(request);
    subnets.push(...page.subnets);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return subnets;
}

/** Gives an owner a MAC address, and the addresses that are named. */
export function allocate(
  { channel }: Asked,
  wish: { scopeId: string; ownerId: string; macAddress?: string; ipAddress?: string },
): Promise<AllocateResponse> {
  const { ipAddress, ...owner } = wish;
  const addresses = ipAddress === undefined ? { macOnly: true } : { addresses: [{ ipAddress }] };
  return channel.client(AllocationServiceService).allocate(AllocateRequest.fromPartial({ ...owner, ...addresses }));
}
