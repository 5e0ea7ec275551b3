import { GetRelayStatusResponse } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import {
  GetServiceStateResponse,
  replicaRoleToJSON,
  StateServiceService,
} from "@rhumbline/proto/rhumbline/service/v1/state_service";
import type { Command } from "commander";
import { nodeResource } from "../commands/node-resource.ts";
import type { ServiceName } from "../config.ts";
import { ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { type FoldingService, foldingServices } from "./folding-services.ts";

interface ServiceStatus {
  readonly service: ServiceName;
  readonly address: string;
  readonly role: string;
  readonly epoch: string;
  readonly position: string;
  readonly state: string;
  /** What is worth a word beside. */
  readonly remark: string;
  readonly json: unknown;
}

/** `rhumb status`: who serves, who writes, how far each has read the log, and which nodes are alive. */
export function addStatusCommand(program: Command, run: Run): void {
  program
    .command("status")
    .description("every service: role, epoch, position; nodes alive. Ends with 1 when one can't be reached")
    .action(run(showStatus));
}

async function showStatus(session: Session): Promise<void> {
  const statuses = await Promise.all([
    ...foldingServices.map((service) => orNotReached(session, service, foldingStatus(session, service))),
    orNotReached(session, "audit", auditStatus(session)),
  ]);
  if (wantsData(session)) {
    const services = statuses.map(({ service, address, state, json }) => ({ service, address, state, status: json }));
    await printData(session, { services });
  } else {
    await printTable(session, statuses, [
      { heading: "SERVICE", text: ({ service }) => service },
      { heading: "ADDRESS", text: ({ address }) => address },
      { heading: "STATE", text: ({ state }) => state, status: true },
      { heading: "ROLE", text: ({ role }) => role },
      { heading: "EPOCH", text: ({ epoch }) => epoch },
      { heading: "POSITION", text: ({ position }) => position },
      { heading: "REMARK", text: ({ remark }) => remark },
    ]);
  }
  const missing = statuses.filter(({ state }) => state === notReached).map(({ service }) => service);
  if (missing.length > 0) throw new CommandFailed(`not reached: ${missing.join(", ")}`);
}

const notReached = "not reached";

async function foldingStatus(session: Session, service: FoldingService): Promise<ServiceStatus> {
  const answer = await session.services.client(service, StateServiceService).getServiceState({});
  return {
    service,
    address: session.settings[service],
    role: replicaRoleToJSON(answer.role).replace("REPLICA_ROLE_", "").toLowerCase(),
    epoch: String(answer.epoch),
    position: String(answer.position),
    state: answer.standstill === "" ? "serving" : "stands still",
    remark: answer.standstill || (service === "scheduler" ? await nodesAlive(session) : ""),
    json: GetServiceStateResponse.toJSON(answer),
  };
}

async function nodesAlive(session: Session): Promise<string> {
  const query = { pageSize: 1_000, pageToken: "", filter: "", orderBy: "", minPosition: 0, asOf: undefined };
  const { items, nextPageToken } = await nodeResource.list(session, query);
  const alive = items.filter((node) => node.alive).length;
  return `${alive} of ${items.length}${nextPageToken === "" ? "" : "+"} nodes alive`;
}

async function auditStatus(session: Session): Promise<ServiceStatus> {
  const answer = await session.audit.getRelayStatus({});
  const { publishedPosition, logPosition, busConnected, error } = answer;
  const behind = publishedPosition === logPosition ? "the bus has all" : `the bus has up to ${publishedPosition}`;
  return {
    service: "audit",
    address: session.settings.audit,
    role: "relay",
    epoch: "",
    position: String(logPosition),
    state: "serving",
    remark: error || (busConnected ? behind : `${behind}; it is not connected`),
    json: GetRelayStatusResponse.toJSON(answer),
  };
}

async function orNotReached(
  session: Session,
  service: ServiceName,
  status: Promise<ServiceStatus>,
): Promise<ServiceStatus> {
  try {
    return await status;
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    const address = session.settings[service];
    const unknown = { role: "", epoch: "", position: "", json: undefined };
    // Who is not let in has reached it.
    const state = error.failure.reason === undefined ? notReached : "serving";
    return { service, address, ...unknown, state, remark: error.message };
  }
}
