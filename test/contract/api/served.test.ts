import { probeHealth } from "@rhumbline/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractedServices } from "../../support/contracts.ts";
import { type ControlPlane, startControlPlane } from "../../support/control-plane.ts";
import { reflectedServices } from "../../support/reflection.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.stop());

const grpcServices = ["ipam", "topology", "router-scheduler", "audit", "event-log"] as const;

test.each(grpcServices)("%s says that it serves", async (name) => {
  expect(await probeHealth(plane.service(name).address)).toBe(true);
});

test("a service names by reflection what it serves, and every contract is served by one of them", async () => {
  const reflected = await Promise.all(grpcServices.map((name) => reflectedServices(plane.service(name).address)));
  expect(reflected.map((names) => names.filter((name) => name.startsWith("rhumbline.")).sort())).toEqual([
    [
      "rhumbline.ipam.v1.AllocationService",
      "rhumbline.ipam.v1.SubnetPoolService",
      "rhumbline.ipam.v1.SubnetService",
      "rhumbline.service.v1.CallService",
      "rhumbline.service.v1.StateService",
    ],
    [
      "rhumbline.service.v1.CallService",
      "rhumbline.service.v1.StateService",
      "rhumbline.topology.v1.AddressGroupService",
      "rhumbline.topology.v1.FloatingIpService",
      "rhumbline.topology.v1.NetworkService",
      "rhumbline.topology.v1.PortForwardingService",
      "rhumbline.topology.v1.PortService",
      "rhumbline.topology.v1.QuotaService",
      "rhumbline.topology.v1.RouterService",
      "rhumbline.topology.v1.SecurityGroupService",
    ],
    [
      "rhumbline.diagnosis.v1.NodeAgentService",
      "rhumbline.diagnosis.v1.VerificationService",
      "rhumbline.scheduler.v1.NodeService",
      "rhumbline.scheduler.v1.PortExplanationService",
      "rhumbline.scheduler.v1.RealisationService",
      "rhumbline.scheduler.v1.RouterBindingService",
      "rhumbline.service.v1.CallService",
      "rhumbline.service.v1.StateService",
    ],
    ["rhumbline.audit.v1.AuditService", "rhumbline.service.v1.CallService"],
    ["rhumbline.eventlog.v1.EventLogAdminService"],
  ]);
  const onNodes = ["rhumbline.agent.v1.AgentService"];
  expect([...new Set([...reflected.flat(), ...onNodes])]).toEqual(
    expect.arrayContaining(contractedServices.map(({ typeName }) => typeName)),
  );
});
