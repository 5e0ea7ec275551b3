import { type Channel, type ClientOf, failureOf, openChannel } from "@rhumbline/grpc";
import {
  AdoptDesiredStateResponse,
  AgentServiceService,
  GetAgentStatusResponse,
} from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import { type Command, Option } from "commander";
import { hostAndPort } from "../config.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { detailRows } from "../output/details.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { nodeResource } from "./node-resource.ts";

interface AgentOptions {
  readonly agent: string;
}

/** `rhumb node adopt` and `rhumb node status`: what is asked of the agent itself, where it serves diagnosis. */
export function addNodeAgentCommands(group: Command, run: Run): void {
  const adopt = group
    .command("adopt")
    .description(
      "let a node accept the desired state of now, though it is older or of another log than what it applied",
    );
  const status = group.command("status").description("what a node's agent holds and has applied, and what failed");
  for (const command of [adopt, status]) command.argument("<node>", "its name or its id").addOption(agentOption());
  adopt.action(
    run((session, nameOrId: string, options: AgentOptions) =>
      onAgent(session, nameOrId, options, async (agent) => {
        await show(session, AdoptDesiredStateResponse.toJSON(await agent.adoptDesiredState({})));
      }),
    ),
  );
  status.action(
    run((session, nameOrId: string, options: AgentOptions) =>
      onAgent(session, nameOrId, options, async (agent) => {
        await show(session, GetAgentStatusResponse.toJSON(await agent.getAgentStatus({})));
      }),
    ),
  );
}

const agentOption = (): Option =>
  new Option("--agent <host:port>", "where the node's agent serves gRPC: on the node itself, 127.0.0.1:4105")
    .env("RHUMB_AGENT")
    .argParser(hostAndPort)
    .makeOptionMandatory();

type Agent = ClientOf<typeof AgentServiceService>;

/** @throws {CommandFailed} the agent can't be reached, refuses, or is another node's. */
async function onAgent(
  session: Session,
  nameOrId: string,
  { agent: address }: AgentOptions,
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  const id = await resolveId(session, nodeResource, nameOrId);
  const channel: Channel = openChannel(address);
  try {
    const agent = channel.client(AgentServiceService);
    const { nodeId, nodeName } = await agent.getAgentStatus({});
    if (nodeId !== id) throw new CommandFailed(`the agent at ${address} is that of node ${nodeName} (${nodeId})`);
    await work(agent);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    throw new CommandFailed(`the agent at ${address}: ${failure.message}`, { cause: error });
  } finally {
    channel.close();
  }
}

async function show(session: Session, answer: unknown): Promise<void> {
  if (wantsData(session)) return printData(session, answer);
  await printTable(session, detailRows(answer), [
    { heading: "FIELD", text: ([field]) => field },
    { heading: "VALUE", text: ([, value]) => value },
  ]);
}
