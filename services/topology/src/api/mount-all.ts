import type { MountedService } from "@rhumbline/grpc";
import { mountAddressGroupService } from "./address-group/address-group-service.ts";
import type { TopologyContext } from "./context.ts";
import { mountFloatingIpService } from "./floating-ip/floating-ip-service.ts";
import { mountNetworkService } from "./network/network-service.ts";
import { mountPortService } from "./port/port-service.ts";
import { mountPortForwardingService } from "./port-forwarding/port-forwarding-service.ts";
import { mountQuotaService } from "./quota/quota-service.ts";
import { mountRouterService } from "./router/router-service.ts";
import { mountSecurityGroupService } from "./security-group/security-group-service.ts";

export const mountTopology = (context: TopologyContext): MountedService[] => [
  mountNetworkService(context),
  mountPortService(context),
  mountRouterService(context),
  mountFloatingIpService(context),
  mountPortForwardingService(context),
  mountQuotaService(context),
  mountSecurityGroupService(context),
  mountAddressGroupService(context),
];
