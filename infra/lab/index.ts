export { HostIsOff, type LabHost } from "./hosts/host.ts";
export type { HostProcess } from "./hosts/host-processes.ts";
export type { InstancePlan, LabInstance } from "./hosts/instance.ts";
export {
  CommandFailed,
  type CommandResult,
  type LabProcess,
  type Place,
  type RunOptions,
  type SpawnOptions,
} from "./hosts/place.ts";
export { endLab, type Lab, openLab, startLab } from "./lab.ts";
export {
  controlHost,
  defaultLabName,
  externalNetwork,
  type HostPlan,
  InvalidLabPlan,
  internet,
  type LabPlan,
  manyNodes,
  nodeHosts,
  outsideIpv6,
  underlay,
} from "./lab-plan.ts";
export { LabAlreadyUp, NoSuchLab } from "./lab-state.ts";
export { type PacketCapture, startCapture } from "./observe/capture.ts";
export { conntrackEntries } from "./observe/conntrack.ts";
export { askForLease, type Lease } from "./observe/dhcp-client.ts";
export { askForLeaseV6 } from "./observe/dhcpv6-client.ts";
export { type Footprint, machineFootprint } from "./observe/footprint.ts";
export { type KernelWrite, type KernelWriteMonitor, monitorKernelWrites } from "./observe/kernel-writes.ts";
export { type RunningPing, startPing } from "./observe/ping.ts";
export type { PingResult } from "./observe/ping-log.ts";
export { patience } from "./patience.ts";
export { LabCannotRun, whyLabCannotRun } from "./requirements.ts";
