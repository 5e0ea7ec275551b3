import { openChannel, ownAccord } from "@rhumbline/grpc";
import { runService, type ServiceContext } from "@rhumbline/service";
import type { TopologyContext } from "./api/context.ts";
import { keepDhcpPorts } from "./api/dhcp/keep-dhcp-ports.ts";
import { createIpam } from "./api/ipam.ts";
import { mountTopology } from "./api/mount-all.ts";
import { startSweep } from "./api/sweep/start-sweep.ts";
import { parseConfig } from "./config.ts";
import { topologyFold } from "./read-model/fold.ts";
import type { TopologyState } from "./read-model/state.ts";

const settings = parseConfig(process.argv);
const ipamChannel = openChannel(settings.ipam, { exchangeAs: ownAccord("topology") });
const ipam = createIpam(ipamChannel);
const withIpam = (context: ServiceContext<TopologyState>): TopologyContext => ({ ...context, ipam, settings });

await runService(
  {
    definition: topologyFold,
    mount: (context) => mountTopology(withIpam(context)),
    background(context) {
      const running = [startSweep(withIpam(context), settings), keepDhcpPorts(withIpam(context))];
      return {
        stop() {
          for (const each of running) each.stop();
          ipamChannel.close();
        },
      };
    },
  },
  settings,
);
