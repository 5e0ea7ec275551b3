import type { AllowedAddressPair } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { type Command, Option } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { collect, given, repeated } from "../resource/flags.ts";
import type { Session } from "../session/session.ts";
import { resolveSecurityGroup } from "./security-group-resource.ts";

export interface SecurityOptions {
  /** False: --no-security-group. */
  readonly securityGroup?: readonly string[] | false;
  readonly portSecurity?: "on" | "off";
  /** False: --no-allowed-address. */
  readonly allowedAddress?: readonly string[] | false;
}

export function withSecurityFlags(command: Command): Command {
  return command
    .option(
      "--security-group <security-group>",
      "may be repeated; all groups there are to be. A new port has the project's default when absent",
      collect,
    )
    .option("--no-security-group", "none: nothing reaches or leaves it")
    .option("--allowed-address <ip[,mac]>", "an address or CIDR that it may send as besides; may be repeated", collect)
    .option("--no-allowed-address", "it sends as itself only")
    .addOption(
      new Option("--port-security <state>", "off: it sends as anybody, and nothing is kept from it").choices([
        "on",
        "off",
      ]),
    );
}

/** What the flags say, as the port's fields. */
export async function securityOf(session: Session, options: SecurityOptions) {
  const { securityGroup, portSecurity, allowedAddress } = options;
  const groupIds: string[] = [];
  for (const nameOrId of securityGroup || []) groupIds.push(await resolveSecurityGroup(session, nameOrId));
  return given({
    securityGroupIds: securityGroup === undefined ? undefined : groupIds,
    portSecurityDisabled: portSecurity === undefined ? undefined : portSecurity === "off",
    allowedAddressPairs: repeated(allowedAddress)?.map(pairOf),
  });
}

function pairOf(text: string): AllowedAddressPair {
  const [ipAddress = "", macAddress = "", ...rest] = text.split(",");
  if (rest.length > 0) throw new UsageError(`--allowed-address ${text}: accepted is an address, or address,mac`);
  return { ipAddress, macAddress };
}
