import type { Role } from "./caller.ts";

/** Whose a thing is, as far as it decides who may. */
export interface Belonging {
  readonly projectId: string;
  /** Of the network that it lies in. */
  readonly networkProjectId?: string | undefined;
  /** It, or the network that it lies in, is there for every project. */
  readonly shared?: boolean | undefined;
  /** It, or the network that it lies in, leads outside. */
  readonly external?: boolean | undefined;
}

/** What a caller's project is to a thing. Of `shared` and `external` every project is one of those meant. */
export type Relation = "owner" | "network owner" | "shared" | "external";

/** Who may: a role in any project, or in one that has one of the relations to the thing. An administrator always may;
 *  `service` stands for Rhumbline's own services, whoever they speak for. */
export type Who =
  | { readonly role: Role }
  | { readonly role: Role; readonly of: readonly Relation[] }
  | { readonly role: "service" };

const admin: Who = { role: "admin" };
const service: Who = { role: "service" };
const member: Who = { role: "member" };
const reader: Who = { role: "reader" };
const memberOf = (...of: Relation[]): Who => ({ role: "member", of });
const readerOf = (...of: Relation[]): Who => ({ role: "reader", of });

/** Who sees what. Whoever does not is told that it does not exist. */
export const visibility = {
  network: readerOf("owner", "shared", "external"),
  subnet: readerOf("owner", "network owner", "shared", "external"),
  port: readerOf("owner", "network owner"),
  router: readerOf("owner"),
  "floating IP": readerOf("owner"),
  "port forwarding": readerOf("owner"),
  "security group": readerOf("owner"),
  "address group": readerOf("owner"),
  "subnet pool": readerOf("owner", "shared"),
  quota: readerOf("owner"),
  event: readerOf("owner"),
} as const satisfies Record<string, Who>;

export type Kind = keyof typeof visibility;

/** Who may do what: a method; of a thing that it names ("NetworkService.UpdateNetwork"), if he sees it; and what else a
 *  request names or sets ("PortService.CreatePort port.network_id"). A field is set when it is given another value than the
 *  thing has, or than it gets by itself. Follows the defaults of neutron/conf/policies. */
export const policy = {
  "NetworkService.CreateNetwork": member,
  "NetworkService.GetNetwork": reader,
  "NetworkService.ListNetworks": reader,
  "NetworkService.UpdateNetwork": memberOf("owner"),
  "NetworkService.DeleteNetwork": memberOf("owner"),
  "network.project_id": admin,
  "network.shared": admin,
  "network.external": admin,
  "network.segment": admin,

  "SubnetService.CreateSubnet": member,
  "SubnetService.GetSubnet": reader,
  "SubnetService.ListSubnets": reader,
  "SubnetService.UpdateSubnet": memberOf("owner", "network owner"),
  "SubnetService.DeleteSubnet": memberOf("owner", "network owner"),
  "subnet.project_id": admin,
  "subnet.network_id": memberOf("owner"),
  "subnet.subnet_pool_id": memberOf("owner", "shared"),

  "SubnetPoolService.CreateSubnetPool": member,
  "SubnetPoolService.GetSubnetPool": reader,
  "SubnetPoolService.ListSubnetPools": reader,
  "SubnetPoolService.UpdateSubnetPool": memberOf("owner"),
  "SubnetPoolService.DeleteSubnetPool": memberOf("owner"),
  "subnet_pool.project_id": admin,
  "subnet_pool.shared": admin,
  "subnet_pool.is_default": admin,

  "PortService.CreatePort": member,
  "PortService.GetPort": reader,
  "PortService.ListPorts": reader,
  "PortService.UpdatePort": memberOf("owner"),
  "PortService.DeletePort": memberOf("owner", "network owner"),
  "PortService.BindPort": admin,
  "PortService.UnbindPort": admin,
  "PortService.StartPortMove": admin,
  "PortService.FinishPortMove": admin,
  "PortService.AbortPortMove": admin,
  "port.project_id": admin,
  "port.network_id": memberOf("owner", "shared"),
  "port.mac_address": memberOf("network owner"),
  "port.fixed_ips.ip_address": memberOf("network owner"),
  "port.port_security_disabled": memberOf("network owner"),
  "port.allowed_address_pairs": memberOf("network owner"),
  "port.binding": admin,

  "RouterService.CreateRouter": member,
  "RouterService.GetRouter": reader,
  "RouterService.ListRouters": reader,
  "RouterService.UpdateRouter": memberOf("owner"),
  "RouterService.DeleteRouter": memberOf("owner"),
  "RouterService.AddRouterInterface": memberOf("owner"),
  "RouterService.RemoveRouterInterface": memberOf("owner"),
  "router.project_id": admin,
  "router.external_gateway.network_id": memberOf("owner", "shared", "external"),
  "router.external_gateway.enable_snat": admin,
  "router.external_gateway.addresses": admin,
  "router interface.subnet_id": memberOf("network owner"),
  "router interface.port_id": memberOf("owner"),

  "FloatingIpService.CreateFloatingIp": member,
  "FloatingIpService.GetFloatingIp": reader,
  "FloatingIpService.ListFloatingIps": reader,
  "FloatingIpService.UpdateFloatingIp": memberOf("owner"),
  "FloatingIpService.DeleteFloatingIp": memberOf("owner"),
  "floating_ip.project_id": admin,
  "floating_ip.floating_network_id": memberOf("owner", "shared", "external"),
  "floating_ip.floating_ip_address": admin,
  "floating_ip.port_id": memberOf("owner"),

  "PortForwardingService.CreatePortForwarding": member,
  "PortForwardingService.GetPortForwarding": reader,
  "PortForwardingService.ListPortForwardings": reader,
  "PortForwardingService.UpdatePortForwarding": memberOf("owner"),
  "PortForwardingService.DeletePortForwarding": memberOf("owner"),
  "port_forwarding.floating_ip_id": memberOf("owner"),
  "port_forwarding.internal_port_id": memberOf("owner"),

  "SecurityGroupService.CreateSecurityGroup": member,
  "SecurityGroupService.GetSecurityGroup": reader,
  "SecurityGroupService.ListSecurityGroups": reader,
  "SecurityGroupService.UpdateSecurityGroup": memberOf("owner"),
  "SecurityGroupService.DeleteSecurityGroup": memberOf("owner"),
  "SecurityGroupService.EnsureDefaultSecurityGroup": member,
  "SecurityGroupService.CreateSecurityGroupRule": memberOf("owner"),
  "SecurityGroupService.DeleteSecurityGroupRule": memberOf("owner"),
  "security_group.project_id": admin,
  "security_group.rules.remote_group_id": memberOf("owner"),
  "security_group.rules.remote_address_group_id": memberOf("owner"),
  "port.security_group_ids": memberOf("owner"),

  "AddressGroupService.CreateAddressGroup": member,
  "AddressGroupService.GetAddressGroup": reader,
  "AddressGroupService.ListAddressGroups": reader,
  "AddressGroupService.UpdateAddressGroup": memberOf("owner"),
  "AddressGroupService.DeleteAddressGroup": memberOf("owner"),
  "address_group.project_id": admin,

  "QuotaService.GetQuota": readerOf("owner"),
  "QuotaService.ListQuotas": reader,
  "QuotaService.UpdateQuota": admin,

  "NodeService.GetNode": admin,
  "NodeService.ListNodes": admin,
  "NodeService.DeleteNode": admin,
  "NodeService.CordonNode": admin,
  "NodeService.UncordonNode": admin,
  "NodeService.DrainNode": admin,
  "RouterBindingService.GetRouterBinding": admin,
  "RouterBindingService.ListRouterBindings": admin,
  "RouterBindingService.MoveRouter": admin,
  "RouterBindingService.ExplainPlacement": admin,
  "RealisationService.AwaitRealised": reader,
  "RealisationService.GetRealisation": reader,
  "PortExplanationService.ExplainPort": reader,

  "AuditService.Watch": reader,
  "AuditService.ListEvents": reader,
  "AuditService.GetRelayStatus": admin,
  "StateService.GetServiceState": admin,
  "StateService.VerifyState": admin,
  "AgentService.GetAgentStatus": admin,
  "AgentService.GetObservedState": admin,
  "AgentService.PlanDryRun": admin,
  "AgentService.TracePacket": admin,
  "AgentService.AdoptDesiredState": admin,
  "AgentService.InspectKernel": admin,
  "AgentService.SetHold": admin,
  "NodeAgentService.GetNodeAgentStatus": admin,
  "NodeAgentService.SetNodeHold": admin,
  "NodeAgentService.AdoptNodeDesiredState": admin,
  "VerificationService.VerifyDesiredState": admin,
  "VerificationService.VerifyNode": admin,
  "VerificationService.ListKernelObjects": admin,

  "CallService.ExchangeCalls": service,
  "AllocationService.OpenScope": service,
  "AllocationService.CloseScope": service,
  "AllocationService.Allocate": service,
  "AllocationService.Release": service,
  "AllocationService.ListAllocations": service,
} as const satisfies Record<string, Who>;

export type Action = keyof typeof policy;
