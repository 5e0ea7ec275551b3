import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { KernelObject } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import type { Command } from "commander";
import { nodeResource } from "../commands/node-resource.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { collect } from "../history/entries.ts";
import { printable } from "../output/printable.ts";
import { equalTo, resolveId } from "../resource/name-or-id.ts";
import { printData, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";

interface WhyOptions {
  readonly node: string;
}

/** `rhumb why`: which wish a rule, a route, an address or a device of a node goes back to. */
export function addWhyCommand(program: Command, run: Run): void {
  program
    .command("why")
    .description("for what stands in a node's kernel: which event made it, who asked, and what it serves")
    .argument("<text>", "what names it: a part of a rule, an address, a device, a route's destination, a namespace")
    .requiredOption("--node <node>", "on which node: its name or its id")
    .action(
      run(async (session, text: string, { node }: WhyOptions) => {
        const nodeId = await resolveId(session, nodeResource, node);
        const minPosition = session.services.position();
        const { objects } = await session.verification.listKernelObjects({ nodeId, text, minPosition });
        if (objects.length === 0)
          throw new CommandFailed(
            `by its reports, node ${node} has nothing of Rhumbline's with ${JSON.stringify(text)} in it`,
          );
        if (wantsData(session))
          return printData(session, { objects: objects.map((object) => KernelObject.toJSON(object)) });
        const eventsOf = remembering((id) => collect(session, equalTo("resource_id", id), 0));
        for (const object of objects) {
          const known = object.resource === "" ? [] : await eventsOf(idOf(object.resource));
          const cause = known.find(({ position }) => position === object.desiredPosition);
          for (const line of linesOf(object, cause)) await session.terminal.print(printable(line));
        }
      }),
    );
}

/** "router.3f2c…" */
const idOf = (resourceKey: string): string => resourceKey.slice(resourceKey.indexOf(".") + 1);

function remembering<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}

function linesOf(object: KernelObject, cause: LogEvent | undefined): string[] {
  const { position, time, operation, resource, desiredPosition, desiredCausation } = object;
  const [done = ""] = operation.split("\n");
  return [
    titleOf(object),
    `    made by    ${done || "nobody of ours"} (${time?.toISOString() ?? ""}, position ${position})`,
    ...(resource === "" ? [] : [`    serves     ${resource}`]),
    ...(desiredCausation === undefined
      ? []
      : [
          `    wished by  ${cause ? wish(cause) : `${desiredCausation.actor}: the event at position ${desiredPosition}`}`,
        ]),
  ];
}

function titleOf({ object }: KernelObject): string {
  if (object === undefined) return "";
  const { kind, key, value, netns } = object;
  const word = kind.replace("KERNEL_OBJECT_KIND_", "").toLowerCase();
  const where = netns === "" ? "" : ` in ${netns}`;
  return `${word} ${key}${value === key ? "" : `: ${value}`}${where}`;
}

function wish({ type, kind, resourceId, actor, time, position }: LogEvent): string {
  return `${actor}: ${type} of ${kind} ${resourceId} (${time?.toISOString() ?? ""}, position ${position})`;
}
