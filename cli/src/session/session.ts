import { AuditServiceService } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { NodeAgentServiceService } from "@rhumbline/proto/rhumbline/diagnosis/v1/node_agent_service";
import { VerificationServiceService } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import { EventLogAdminServiceService } from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import { SubnetPoolServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { SubnetServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { NodeServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/node_service";
import { PortExplanationServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { RealisationServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { RouterBindingServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import { AddressGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import { FloatingIpServiceService } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { PortForwardingServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { QuotaServiceService } from "@rhumbline/proto/rhumbline/topology/v1/quota_service";
import { RouterServiceService } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import { SecurityGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import type { Settings } from "../config.ts";
import type { Terminal } from "../output/terminal.ts";
import { openServices, type Services } from "./services.ts";

/** What a command works with: the services it calls and the terminal it answers to. */
export interface Session extends ReturnType<typeof clientsOf> {
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly services: Services;
}

export function openSession(settings: Settings, terminal: Terminal, traceparent: string | undefined): Session {
  const services = openServices(settings, traceparent);
  return { settings, terminal, services, ...clientsOf(services) };
}

const clientsOf = (services: Services) => ({
  networks: services.client("topology", NetworkServiceService),
  subnets: services.client("ipam", SubnetServiceService),
  subnetPools: services.client("ipam", SubnetPoolServiceService),
  quotas: services.client("topology", QuotaServiceService),
  ports: services.client("topology", PortServiceService),
  routers: services.client("topology", RouterServiceService),
  floatingIps: services.client("topology", FloatingIpServiceService),
  portForwardings: services.client("topology", PortForwardingServiceService),
  securityGroups: services.client("topology", SecurityGroupServiceService),
  addressGroups: services.client("topology", AddressGroupServiceService),
  nodes: services.client("scheduler", NodeServiceService),
  routerBindings: services.client("scheduler", RouterBindingServiceService),
  realisation: services.client("scheduler", RealisationServiceService),
  portExplanations: services.client("scheduler", PortExplanationServiceService),
  verification: services.client("scheduler", VerificationServiceService),
  nodeAgents: services.client("scheduler", NodeAgentServiceService),
  audit: services.client("audit", AuditServiceService),
  eventLogAdmin: services.client("eventLog", EventLogAdminServiceService),
});
