import { InvalidArgumentError, Option } from "commander";

/** What a project's quota can limit, as rhumbline.topology.v1.Quota names it. */
export const quotaNames = [
  "network",
  "port",
  "router",
  "floating_ip",
  "subnet",
  "security_group",
  "security_group_rule",
] as const;
export type QuotaName = (typeof quotaNames)[number];

/** By name, what a project may have where nobody gave it another quota; absent: any number. */
export type DefaultQuota = Readonly<Partial<Record<QuotaName, number>>>;

/** The same for every service that holds projects to their quota: each looks at what it makes. */
export const quotaOption = (): Option =>
  new Option("--quota <resource:limit,…>", `what a project may have: ${quotaNames.join(", ")}; can be repeated`)
    .env("RHUMBLINE_QUOTA")
    .default({}, "any number")
    .argParser(quota);

/** @throws {InvalidArgumentError} */
function quota(text: string, before: DefaultQuota): DefaultQuota {
  const pairs = text.split(",").map((pair) => {
    const [, name, limit] = /^([a-z_]+):(\d{1,9})$/.exec(pair) ?? [];
    if (name === undefined || !(quotaNames as readonly string[]).includes(name))
      throw new InvalidArgumentError(`accepted is RESOURCE:LIMIT,…, like port:500, of ${quotaNames.join(", ")}.`);
    return [name, Number(limit)] as const;
  });
  return { ...before, ...Object.fromEntries(pairs) };
}
