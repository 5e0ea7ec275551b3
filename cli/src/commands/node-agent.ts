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
  readonly agent?: string;
}

/** What is asked of an agent, by way of the scheduler and the bus or at its own address. */
interface Agent {
  status(): Promise<GetAgentStatusResponse>;
  hold(hold: boolean): Promise<{ readonly held: boolean }>;
  adopt(): Promise<AdoptDesiredStateResponse>;
}

/** `rhumb node status`, `adopt`, `hold` and `release`: what is asked of a node's agent itself. */
export function addNodeAgentCommands(group: Command, run: Run): void {
  const command = (name: string, description: string, ask: (agent: Agent) => Promise<unknown>): void => {
    group
      .command(name)
      .description(description)
      .argument("<node>", "its name or its id")
      .addOption(agentOption())
      .action(
        run((session, nameOrId: string, options: AgentOptions) =>
          onAgent(session, nameOrId, options, async (agent) => show(session, await ask(agent))),
        ),
      );
  };
  command("status", "what a node's agent holds and has applied, and what failed", async (agent) =>
    GetAgentStatusResponse.toJSON(await agent.status()),
  );
  command("hold", "let a node's agent touch nothing, not even drift, until it is released or started anew", (agent) =>
    agent.hold(true),
  );
  command("release", "let a held node's agent go on: what was changed by hand is repaired", (agent) =>
    agent.hold(false),
  );
  command(
    "adopt",
    "let a node accept the desired state of now, though it is older or of another log than what it applied",
    async (agent) => AdoptDesiredStateResponse.toJSON(await agent.adopt()),
  );
}

const agentOption = (): Option =>
  new Option("--agent <host:port>", "ask it at its own address, on the node itself: 127.0.0.1:4105")
    .env("RHUMB_AGENT")
    .argParser(hostAndPort);

async function onAgent(
  session: Session,
  nameOrId: string,
  { agent: address }: AgentOptions,
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  const id = await resolveId(session, nodeResource, nameOrId);
  return address === undefined ? work(overTheBus(session, id)) : atItsAddress(address, id, work);
}

function overTheBus({ nodeAgents }: Session, nodeId: string): Agent {
  return {
    async status() {
      const { status } = await nodeAgents.getNodeAgentStatus({ nodeId });
      return status ?? GetAgentStatusResponse.fromPartial({});
    },
    hold: (hold) => nodeAgents.setNodeHold({ nodeId, hold }),
    adopt: () => nodeAgents.adoptNodeDesiredState({ nodeId }),
  };
}

/** @throws {CommandFailed} the agent can't be reached, refuses, or is another node's. */
async function atItsAddress(address: string, id: string, work: (agent: Agent) => Promise<void>): Promise<void> {
  const channel: Channel = openChannel(address);
  try {
    const client: ClientOf<typeof AgentServiceService> = channel.client(AgentServiceService);
    const { nodeId, nodeName } = await client.getAgentStatus({});
    if (nodeId !== id) throw new CommandFailed(`the agent at ${address} is that of node ${nodeName} (${nodeId})`);
    await work({
      status: () => client.getAgentStatus({}),
      hold: (hold) => client.setHold({ hold }),
      adopt: () => client.adoptDesiredState({}),
    });
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
