import type { Random } from "./random.ts";

/** How many of each kind there can be at most: few, so that commands meet what others made. */
const networks = 4;
const routers = 3;
const ports = 8;

/** Some command of rhumb that somebody could type. Whether it can be done depends on those before: much is refused. */
export function someCommand(random: Random, nodes: readonly string[]): string[] {
  const network = `net${random.below(networks)}`;
  const router = `r${random.below(routers)}`;
  const port = `p${random.below(ports)}`;
  const node = random.pick(nodes);
  // Else nearly all that is typed would be refused, for want of what it names.
  if (random.below(3) === 0) return something(random, network, router, port, node);
  return random.pick<string[]>([
    ["network", "create", network],
    ["network", "set", network, "--mtu", String(1280 + random.below(200))],
    ["network", "delete", network],
    ["subnet", "create", `${network}-v4`, "--network", network, "--cidr", `10.${network.slice(3)}.0.0/24`],
    ["subnet", "delete", `${network}-v4`],
    ["port", "create", port, "--network", network, "--host", node],
    ["port", "create", port, "--network", network],
    ["port", "bind", port, "--host", node],
    ["port", "unbind", port],
    ["port", "set", port, "--allowed-address", "192.0.2.7"],
    ["port", "delete", port],
    ["router", "create", router, "--gateway", "public"],
    ["router", "add-interface", router, "--subnet", `${network}-v4`],
    ["router", "remove-interface", router, "--subnet", `${network}-v4`],
    ["router", "set", router, random.pick(["--disable", "--enable"])],
    ["router", "move", router, "--node", node],
    ["router", "move", "kept", "--node", node],
    ["router", "delete", router],
    ["floatingip", "create", "public", "--port", port],
    ["security-group", "rule", "create", "default", "--protocol", "udp", "--port", String(1 + random.below(65_535))],
    ["explain", "port", port, "--from", "external"],
    ["node", random.pick(["cordon", "uncordon"]), node],
    ["history", "network", network],
    ...nonsense(random, network, port),
  ]);
}

/** A command that makes something. */
function something(random: Random, network: string, router: string, port: string, node: string): string[] {
  return random.pick<string[]>([
    ["network", "create", network],
    ["subnet", "create", `${network}-v4`, "--network", network, "--cidr", `10.${network.slice(3)}.0.0/24`, "--dhcp"],
    ["port", "create", port, "--network", network, "--host", node],
    ["router", "create", router, "--gateway", "public"],
    ["router", "add-interface", router, "--subnet", `${network}-v4`],
  ]);
}

/** What nobody can mean. */
const nonsense = (random: Random, network: string, port: string): string[][] => [
  [
    "subnet",
    "create",
    "wrong",
    "--network",
    network,
    "--cidr",
    random.pick(["10.0.0.1/24", "10.0.0.0/33", "ten", "::/129"]),
  ],
  [
    "port",
    "create",
    "wrong",
    "--network",
    network,
    "--mac",
    random.pick(["ff:ff:ff:ff:ff:ff", "zz", "01:00:5e:00:00:01"]),
  ],
  ["port", "bind", port, "--host", random.pick(["nowhere", "../etc", "\u0000".slice(1)])],
  ["network", "create", "n".repeat(random.pick([256, 5_000]))],
  ["router", "create", "wrong", "--gateway", network],
];

/** How a command may end: done, refused for a reason, or not taken while a service is away. */
export function isFairEnd({ code, stderr }: { readonly code: number; readonly stderr: string }): boolean {
  if (code === 0) return true;
  return (code === 1 || code === 2) && stderr !== "" && !/\(?INTERNAL\)?|UNKNOWN|TypeError|^\s+at /m.test(stderr);
}
