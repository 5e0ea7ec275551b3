import {
  type DefaultQuota,
  hostAndPort,
  type QuotaName,
  quotaOption,
  type ServiceSettings,
  withServiceFlags,
} from "@rhumbline/service";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  maxVlanId,
  maxVni,
  type NetworkSettings,
  physicalNetworkName,
  type SegmentBounds,
  type SweepSettings,
  usualMtu,
} from "./api/settings.ts";
import { type QuotaResource, quotaFields } from "./quota/state.ts";

/** RFC 791 asks as much of every link. */
const minMtu = 68;
/** Leaves a VXLAN network the 68 bytes that RFC 791 asks of every link. */
const minUnderlayMtu = 118;

export interface TopologySettings extends ServiceSettings, NetworkSettings, SweepSettings {
  /** host:port of ipam. */
  readonly ipam: string;
}

/** Reads flags and environment; prints help or what is wrong and ends the process where it can't go on. */
export function parseConfig(argv: readonly string[]): TopologySettings {
  const command = new Command("topology")
    .description("Rhumbline's logical network: networks, ports, routers, floating IPs.")
    .addOption(
      new Option("--ipam <host:port>", "where address management is")
        .env("RHUMBLINE_IPAM")
        .default("127.0.0.1:4101")
        .argParser(hostAndPort),
    )
    .addOption(
      new Option("--vni-range <first-last>", "VNIs for networks that ask for none")
        .env("RHUMBLINE_VNI_RANGE")
        .default({ first: 1, last: maxVni }, `1-${maxVni}`)
        .argParser(vniRange),
    )
    .addOption(
      new Option(
        "--vlan-range <network:first-last,…>",
        "VLAN ids of physical networks, for networks of type vlan that ask for none; can be repeated",
      )
        .env("RHUMBLINE_VLAN_RANGE")
        .default(new Map(), "none: each names its own")
        .argParser(vlanRanges),
    )
    .addOption(
      new Option("--underlay-mtu <bytes>", "the largest IP packet that the network between the nodes carries")
        .env("RHUMBLINE_UNDERLAY_MTU")
        .default(usualMtu)
        .argParser((text) => mtu(text, minUnderlayMtu)),
    )
    .addOption(
      new Option(
        "--physical-network-mtu <name:bytes,…>",
        `the largest IP packet that physical networks carry, where it is not ${usualMtu}; can be repeated`,
      )
        .env("RHUMBLINE_PHYSICAL_NETWORK_MTU")
        .default(new Map(), `${usualMtu} for each`)
        .argParser(physicalNetworkMtu),
    )
    .addOption(quotaOption())
    .addOption(
      new Option("--sweep-seconds <seconds>", "how often what crashes left is looked for and taken back")
        .env("RHUMBLINE_SWEEP_SECONDS")
        .default(60)
        .argParser(seconds),
    )
    .addOption(
      new Option("--grace-seconds <seconds>", "how old something without an owner must be to be taken back")
        .env("RHUMBLINE_GRACE_SECONDS")
        .default(120)
        .argParser(seconds),
    );
  const said = withServiceFlags(command, "127.0.0.1:4102").parse(argv).opts<TopologySettings>();
  return { ...said, quota: byResource(said.quota as DefaultQuota) };
}

/** What the operator calls a resource → what messages call it. */
const resourceByName: Readonly<Record<QuotaName, QuotaResource>> = quotaFields;

const byResource = (quota: DefaultQuota): NetworkSettings["quota"] =>
  Object.fromEntries(Object.entries(quota).map(([name, limit]) => [resourceByName[name as QuotaName], limit]));

function vniRange(text: string): SegmentBounds {
  const bounds = segmentBounds(text, maxVni);
  if (bounds === undefined)
    throw new InvalidArgumentError(`accepted is FIRST-LAST within 1 to ${maxVni}, like 1000-1999.`);
  return bounds;
}

/** Several with commas between them. One physical network has one range. */
function vlanRanges(text: string, before: NetworkSettings["vlanRange"]): NetworkSettings["vlanRange"] {
  const ranges = new Map(before);
  for (const part of text.split(",")) {
    const [name = "", range = "", ...more] = part.split(":");
    const bounds = segmentBounds(range, maxVlanId);
    if (!physicalNetworkName.test(name) || bounds === undefined || more.length > 0)
      throw new InvalidArgumentError(
        `accepted is NAME:FIRST-LAST,… within 1 to ${maxVlanId}, like physnet1:100-199,physnet2:100-299.`,
      );
    if (ranges.has(name)) throw new InvalidArgumentError(`${name} has two ranges: accepted is one.`);
    ranges.set(name, bounds);
  }
  return ranges;
}

function segmentBounds(text: string, max: number): SegmentBounds | undefined {
  const [, first = 0, last = 0] = (/^(\d{1,8})-(\d{1,8})$/.exec(text) ?? []).map(Number);
  return first < 1 || last > max || first > last ? undefined : { first, last };
}

function mtu(text: string, min: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > 65_535)
    throw new InvalidArgumentError(`accepted is a number of bytes, ${min} to 65535.`);
  return value;
}

function physicalNetworkMtu(
  text: string,
  before: NetworkSettings["physicalNetworkMtu"],
): NetworkSettings["physicalNetworkMtu"] {
  const pairs = text.split(",").map((pair) => {
    const [, name, bytes = ""] = /^([^:]+):(\d+)$/.exec(pair) ?? [];
    if (name === undefined) throw new InvalidArgumentError("accepted is NAME:BYTES,…, like physnet1:9000.");
    return [name, mtu(bytes, minMtu)] as const;
  });
  return new Map([...before, ...pairs]);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("accepted is a number of seconds above 0.");
  return value;
}
