import type { Command } from "commander";

/** One line that does something with each command, by its path, as it is typed behind "rhumb". */
const exampleByCommand: Readonly<Record<string, string>> = {
  "network create": "web --mtu 1400",
  "network get": "web -o yaml",
  "network list": "--filter 'external = true' -o wide",
  "network set": "web --description 'shop windows' --tag shop",
  "network delete": "web --wait",
  "subnet create": "web-v4 --network web --cidr 10.0.0.0/24 --dns 192.0.2.53",
  "subnet get": "web-v4",
  "subnet list": "--filter 'cidr = \"10.0.0.0/24\"'",
  "subnet set": "web-v4 --host-route 192.0.2.0/24,10.0.0.254",
  "subnet delete": "web-v4",
  "subnetpool create": "campus --prefix 10.64.0.0/16 --default-prefix-length 26",
  "subnetpool get": "campus",
  "subnetpool list": "--sort name",
  "subnetpool set": "campus --default-quota 1024",
  "subnetpool delete": "campus",
  "port create": "vm1 --network web --ip 10.0.0.10 --host node1",
  "port get": "vm1 --watch",
  "port list": "--filter 'fixed_ips.ip_address = \"10.0.0.10\"'",
  "port set": "vm1 --host node2 --wait",
  "port delete": "vm1 vm2",
  "router create": "r1 --gateway public",
  "router get": "r1 --watch",
  "router list": "--filter 'status != \"ACTIVE\"'",
  "router set": "r1 --route 192.0.2.0/24,10.0.0.254 --no-snat",
  "router add-interface": "r1 --subnet web-v4 --wait",
  "router remove-interface": "r1 --subnet web-v4",
  "router move": "r1 --node node2",
  "router delete": "r1 --wait",
  "floatingip create": "public --port vm1",
  "floatingip get": "203.0.113.10",
  "floatingip list": "--sort floating_ip_address",
  "floatingip set": "203.0.113.10 --port vm2 --wait",
  "floatingip delete": "203.0.113.10",
  "port-forwarding create": "203.0.113.10 --protocol tcp --ports 2222 --to vm1 --to-ports 22",
  "port-forwarding get": "0191f3c2-6a51-7cc4-8f0e-5f6a1c2b3d4e",
  "port-forwarding list": "--filter 'protocol = \"TCP\"'",
  "port-forwarding set": "0191f3c2-6a51-7cc4-8f0e-5f6a1c2b3d4e --ports 2022",
  "port-forwarding delete": "0191f3c2-6a51-7cc4-8f0e-5f6a1c2b3d4e",
  "node get": "node1",
  "node list": "--watch",
  "node delete": "node3",
  "node cordon": "node1",
  "node uncordon": "node1",
  "node drain": "node1 --wait",
  "node status": "node1",
  "node hold": "node1",
  "node release": "node1",
  "node adopt": "node1",
  "quota get": "blue",
  "quota list": "-o json",
  "quota set": "blue --network 20 --port 500",
  apply: "-f topology.yaml --wait",
  diff: "-f topology.yaml",
  wait: "router r1 --for status=ACTIVE --timeout 30",
  history: "router r1",
  why: "203.0.113.10 --node node1",
  "explain router": "r1 --without-node node1",
  events: "--follow --since 10m --filter 'kind = \"router\"'",
  status: "-o json",
  verify: "--node node1",
  "log backup": "before-upgrade.log",
  "log restore": "before-upgrade.log",
  "context list": "",
  "context use": "lab",
  "context delete": "lab",
  "context set": "lab --topology 192.0.2.7:4102",
  completion: "bash",
};

/** Adds to the help of every command an example. */
export function withExamples(command: Command, path: readonly string[] = []): void {
  for (const each of command.commands) withExamples(each, [...path, each.name()]);
  const example = exampleOf(path);
  if (example !== undefined) command.addHelpText("after", `\nExample:\n  ${example}`);
}

/** "rhumb router create r1 --gateway public". Undefined for what only holds commands. */
export function exampleOf(path: readonly string[]): string | undefined {
  const example = exampleByCommand[path.join(" ")];
  return example === undefined ? undefined : ["rhumb", ...path, example].join(" ").trimEnd();
}
