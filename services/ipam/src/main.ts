import { runService } from "@rhumbline/service";
import { mountAllocationService } from "./api/allocation-service.ts";
import { startReservationSweep } from "./api/reservation-sweep.ts";
import { mountSubnetPoolService } from "./api/subnet-pool-service.ts";
import { mountSubnetService } from "./api/subnet-service.ts";
import { parseConfig } from "./config.ts";
import { ipamFold } from "./read-model/fold.ts";

const settings = parseConfig(process.argv);

await runService(
  {
    definition: ipamFold,
    mount: (context) => [
      mountSubnetService(context, settings),
      mountAllocationService(context, { reuseDelayMs: settings.addressReuseSeconds * 1000 }),
      mountSubnetPoolService(context),
    ],
    background: startReservationSweep,
  },
  settings,
);
