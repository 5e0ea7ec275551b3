import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addWaitCommand } from "./any-resource/wait.ts";
import { addApplyCommand } from "./apply/apply.ts";
import { addDiffCommand } from "./apply/diff.ts";
import { addAddressGroupCommands } from "./commands/address-group.ts";
import { addFloatingIpCommands } from "./commands/floating-ip.ts";
import { addNetworkCommands } from "./commands/network.ts";
import { addNodeCommands } from "./commands/node.ts";
import { addPortCommands } from "./commands/port.ts";
import { addPortForwardingCommands } from "./commands/port-forwarding.ts";
import { addQuotaCommands } from "./commands/quota.ts";
import { addRouterCommands } from "./commands/router.ts";
import { addSecurityGroupCommands } from "./commands/security-group.ts";
import { addSubnetCommands } from "./commands/subnet.ts";
import { addSubnetPoolCommands } from "./commands/subnet-pool.ts";
import { addCompletionCommands } from "./completion/completion.ts";
import { withGlobalFlags } from "./config.ts";
import { withExamples } from "./examples.ts";
import { addExplainCommand } from "./explain/explain.ts";
import { addHistoryCommand } from "./history/history.ts";
import { addContextCommands } from "./operate/context.ts";
import { addEventsCommand } from "./operate/events.ts";
import { addLogCommands } from "./operate/log.ts";
import { addStatusCommand } from "./operate/status.ts";
import { type Run, run } from "./run.ts";
import { addVerifyCommand } from "./verify/verify.ts";
import { addWhyCommand } from "./why/why.ts";

const { version } = packageJson;

/** The resource first, then what to do with it, as openstackclient has it: `rhumb router create r1 --gateway public`. */
export function createProgram(): Command {
  const program = withGlobalFlags(new Command("rhumb"))
    .description(
      "Rhumbline's command line: the resource, then what to do with it. Things are called by their name or their id.",
    )
    .version(version)
    // main says what is wrong with a command line, in rhumb's own words.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .exitOverride();
  const groups: ((program: Command, run: Run) => void)[] = [
    addNetworkCommands,
    addSubnetCommands,
    addSubnetPoolCommands,
    addPortCommands,
    addRouterCommands,
    addFloatingIpCommands,
    addPortForwardingCommands,
    addSecurityGroupCommands,
    addAddressGroupCommands,
    addNodeCommands,
    addQuotaCommands,
    addApplyCommand,
    addDiffCommand,
    addWaitCommand,
    addHistoryCommand,
    addWhyCommand,
    addExplainCommand,
    addEventsCommand,
    addStatusCommand,
    addVerifyCommand,
    addLogCommands,
    addContextCommands,
    addCompletionCommands,
  ];
  for (const add of groups) add(program, run);
  withExamples(program);
  return program
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed or refused, 2 not understood, 3 differences found (diff, verify). A flag with `env` can be given by that variable.",
    )
    .addHelpText("afterAll", ({ command }) => (command === program ? "" : "\nGlobal options: rhumb --help"));
}
