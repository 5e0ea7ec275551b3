import type { CommandResult } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import type { World } from "../world.ts";

/** A network behind a router of its own, as a file has it. */
const topology = (enableSnat: boolean): string => `
- { kind: network, name: db }
- { kind: subnet, name: db-v4, network: db, cidr: 10.0.1.0/24 }
- kind: router
  name: r2
  external_gateway: { network: public, enable_snat: ${enableSnat} }
  interfaces: [{ subnet: db-v4 }]
`;

const shown = ({ stdout, stderr }: CommandResult): string => stdout + stderr || "(nothing)";

/** A topology from a file: what would be done, doing it once, and doing only what was changed in it. */
export async function fromAFile({ lab, stack }: World, tell: Narrator): Promise<void> {
  tell.part("More of it from a file");
  const withFile = async (command: readonly string[], text: string): Promise<CommandResult> => {
    const result = await lab.host("control").run(["rhumb", ...command, "-f", "-"], { input: text });
    tell.shown(`rhumb ${command.join(" ")} -f db.yaml`, shown(result));
    return result;
  };
  const apply = ["apply", "--wait"];

  const before = topology(false);
  tell.shown("cat db.yaml", before.trim());
  tell.proved(
    "diff tells that there is something to do (it ends with 3)",
    (await withFile(["diff"], before)).code === 3,
  );
  tell.proved("apply does it", (await withFile(apply, before)).code === 0);
  const again = await withFile(apply, before);
  tell.proved("applied again, nothing is changed", again.code === 0 && !/created|[^n]changed/.test(again.stdout));

  tell.note("db.yaml now says enable_snat: true");
  const after = topology(true);
  const fields = (await withFile(["diff"], after)).stdout.split("\n").filter((line) => line.startsWith("    "));
  tell.proved(
    "diff shows that field and nothing else",
    fields.join() === "    external_gateway.enable_snat: false → true",
    fields.join(),
  );
  tell.proved("apply does it", (await withFile(apply, after)).code === 0);
  tell.proved("there is nothing left to do", (await withFile(["diff"], after)).code === 0);

  const history = (await stack.rhumb("history", "router", "r2")).stdout.trimEnd().split("\n");
  const changedAt = history.findLastIndex((line) => line.includes(" by "));
  tell.shown("rhumb history router r2   (from the last change on)", history.slice(changedAt).join("\n"));
  tell.proved(
    "the history has who changed the router, and what the node did for it",
    history.slice(changedAt).some((line) => line.includes("node node1: new desired state")),
  );
  const why = await stack.rhumb("why", "--node", "node1", await snatRuleOf(stack));
  tell.shown("rhumb why --node node1 (its SNAT rule)", shown(why));
  tell.proved("the rule goes back to that change of the router", /wished by +\S+ Router.* of router/.test(why.stdout));
}

/** What names the router's SNAT rule alone. */
async function snatRuleOf(stack: World["stack"]): Promise<string> {
  const { router } = await stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
    "router",
    "get",
    "r2",
  );
  return `snat to ${router.externalGateway.addresses[0]?.ipAddress}`;
}
