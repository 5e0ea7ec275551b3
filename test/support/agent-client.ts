// Asks the agent of the lab host that it runs in: `status` prints GetAgentStatus, `adopt` AdoptDesiredState, as JSON.
import { openChannel } from "@rhumbline/grpc";
import { AgentServiceService } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";

const channel = openChannel("127.0.0.1:4105");
const agent = channel.client(AgentServiceService);
const answer = process.argv[2] === "adopt" ? await agent.adoptDesiredState({}) : await agent.getAgentStatus({});
process.stdout.write(`${JSON.stringify(answer)}\n`);
channel.close();
