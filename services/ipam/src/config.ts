import { type DefaultQuota, quotaOption, type ServiceSettings, withServiceFlags } from "@rhumbline/service";
import { Command, InvalidArgumentError, Option } from "commander";

export interface IpamSettings extends ServiceSettings {
  /** How long a released address rests before it is given again, in seconds. */
  readonly addressReuseSeconds: number;
  readonly quota: DefaultQuota;
}

/** Reads flags and environment; prints help or what is wrong and ends the process where it can't go on. */
export function parseConfig(argv: readonly string[]): IpamSettings {
  const command = new Command("ipam")
    .description("Rhumbline's address management: subnets, addresses, MAC addresses.")
    .addOption(
      new Option("--address-reuse-seconds <seconds>", "how long a released address rests before it is given again")
        .env("RHUMBLINE_ADDRESS_REUSE_SECONDS")
        .default(30)
        .argParser(seconds),
    )
    .addOption(quotaOption());
  return withServiceFlags(command, "127.0.0.1:4101").parse(argv).opts<IpamSettings>();
}

function seconds(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("accepted is a number of seconds, 0 or more.");
  return value;
}
