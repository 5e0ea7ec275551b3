// Asks an agent over gRPC. As a program in a lab host: `status` prints GetAgentStatus, `adopt` AdoptDesiredState, as JSON.
import { openChannel } from "@rhumbline/grpc";
import {
  type AdoptDesiredStateResponse,
  AgentServiceService,
  type GetAgentStatusResponse,
} from "@rhumbline/proto/rhumbline/agent/v1/agent_service";

/** What an operator does at the address of an agent. */
export async function askAgent(
  address: string,
  question: "status" | "adopt",
): Promise<GetAgentStatusResponse | AdoptDesiredStateResponse> {
  const channel = openChannel(address);
  const agent = channel.client(AgentServiceService);
  try {
    return question === "adopt" ? await agent.adoptDesiredState({}) : await agent.getAgentStatus({});
  } finally {
    channel.close();
  }
}

if (import.meta.filename === process.argv[1]) {
  const answer = await askAgent("127.0.0.1:4105", process.argv[2] === "adopt" ? "adopt" : "status");
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
