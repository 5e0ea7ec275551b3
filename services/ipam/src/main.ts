import { mountNotBuilt } from "@rhumbline/grpc";
import { SubnetPoolServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { runService } from "@rhumbline/service";
import { mountAllocationService } from "./api/allocation-service.ts";
import { startReservationSweep } from "./api/reservation-sweep.ts";
import { mountSubnetService } from "./api/subnet-service.ts";
import { parseConfig } from "./config.ts";
import { ipamFold } from "./read-model/fold.ts";

const settings = parseConfig(process.argv);

await runService(
  {
    definition: ipamFold,
    mount: (context) => [
      mountSubnetService(context),
      mountAllocationService(context, { reuseDelayMs: settings.addressReuseSeconds * 1000 }),
      mountNotBuilt(SubnetPoolServiceService),
    ],
    background: startReservationSweep,
  },
  settings,
);
