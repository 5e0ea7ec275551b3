import { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { type AsOfOptions, asOfFlag } from "../resource/moment.ts";
import { change, type MutationOptions } from "../resource/mutation.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";

/** A limit as it is typed: a number, undefined for the default. */
type Limit = number | "default";

type SetOptions = MutationOptions & Readonly<Partial<Record<keyof typeof limits, Limit>>>;

/** What projects have quotas of, by the API's fields: a flag each. */
const limits = {
  network: "networks",
  subnet: "subnets",
  port: "ports",
  router: "routers",
  floatingIp: "floating IPs",
  securityGroup: "security groups",
  securityGroupRule: "rules of all its security groups together",
} as const;
const fields = Object.keys(limits) as (keyof typeof limits)[];
const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `rhumb quota`: how much a project may have, and has. */
export function addQuotaCommands(program: Command, run: Run): void {
  const group = program.command("quota").description("how many of each kind a project may have");
  group
    .command("get")
    .description("show a project's quota, and how much of it is used")
    .argument("<project>")
    .option(...asOfFlag)
    .action(run(showQuota));
  group
    .command("list")
    .description("show the projects that were given a quota of their own")
    .option(...asOfFlag)
    .action(run(listQuotas));
  const set = group.command("set").description("change a project's quota").argument("<project>");
  for (const field of fields) {
    const flag = `--${inSnakeCase(field).replaceAll("_", "-")} <count>`;
    set.option(flag, `how many ${limits[field]}; -1: any number; "default": the default again`, limit);
  }
  set
    .option("--request-id <uuid>", "makes the command safe to repeat for 24 hours; one is made when absent")
    .option("--validate-only", "decide and answer, but change nothing")
    .action(run(setQuota));
}

async function showQuota(session: Session, projectId: string, { asOf }: AsOfOptions = {}): Promise<void> {
  const minPosition = session.services.position();
  const { quota, used, position } = await session.quotas.getQuota({ projectId, minPosition, asOf });
  const [allowed, has] = [quota ?? Quota.fromPartial({}), used ?? Quota.fromPartial({})];
  if (wantsData(session))
    return printData(session, { quota: Quota.toJSON(allowed), used: Quota.toJSON(has), position });
  await printTable(session, fields, [
    { heading: "RESOURCE", text: (field) => inSnakeCase(field) },
    { heading: "LIMIT", text: (field) => limitText(allowed[field]) },
    { heading: "USED", text: (field) => String(has[field] ?? 0) },
  ]);
}

async function listQuotas(session: Session, { asOf }: AsOfOptions): Promise<void> {
  const quotas: Quota[] = [];
  for (let pageToken = ""; ; ) {
    const query = { pageSize: 1_000, pageToken, filter: "", orderBy: "", minPosition: 0, asOf };
    const page = await session.quotas.listQuotas(query);
    quotas.push(...page.quotas);
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  if (wantsData(session)) return printData(session, { quotas: quotas.map((quota) => Quota.toJSON(quota)) });
  await printTable(session, quotas, [
    { heading: "PROJECT", text: ({ projectId }) => projectId },
    ...fields.map((field) => ({
      heading: inSnakeCase(field).toUpperCase().replaceAll("_", " "),
      text: (quota: Quota) => limitText(quota[field], "default"),
    })),
  ]);
}

async function setQuota(session: Session, projectId: string, options: SetOptions): Promise<void> {
  const named = fields.filter((field) => options[field] !== undefined);
  if (named.length === 0) throw new UsageError("nothing to set: say a limit (--help lists what can be limited)");
  const given = named.filter((field) => options[field] !== "default").map((field) => [field, options[field]]);
  const quota = Quota.fromPartial({ projectId, ...(Object.fromEntries(given) as Partial<Quota>) });
  await change(options, (mutation) =>
    session.quotas.updateQuota({ quota, updateMask: named.map(inSnakeCase), ...mutation }),
  );
  await showQuota(session, projectId);
}

const limitText = (count: number | undefined, absent = ""): string =>
  count === undefined ? absent : count === -1 ? "any" : String(count);

function limit(text: string): Limit {
  if (text === "default") return text;
  if (!/^(-1|\d{1,15})$/.test(text))
    throw new InvalidArgumentError('accepted is a whole number, -1 for any number, or "default".');
  return Number(text);
}
