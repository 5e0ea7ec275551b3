import { StateServiceService, VerifyStateResponse } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import type { Command } from "commander";
import { CommandFailed } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { type FoldingService, foldingServices } from "./folding-services.ts";

const foldTimeoutMs = 10 * 60_000;

interface Verified {
  readonly service: FoldingService;
  readonly answer: VerifyStateResponse;
}

/** `rhumb verify`: whether each service's state is what the log says. */
export function addVerifyCommand(program: Command, run: Run): void {
  program
    .command("verify")
    .description("fold the log anew beside each service and compare; ends with 1 when anything differs")
    .action(run(verify));
}

async function verify(session: Session): Promise<void> {
  const verified = await Promise.all(
    foldingServices.map(async (service) => {
      const client = session.services.client(service, StateServiceService);
      return { service, answer: await client.verifyState({}, { timeoutMs: foldTimeoutMs }) };
    }),
  );
  if (wantsData(session)) {
    const services = verified.map(({ service, answer }) => ({
      service,
      ...(VerifyStateResponse.toJSON(answer) as object),
    }));
    await printData(session, { services });
  } else await printVerified(session, verified);
  const different = verified.filter(({ answer }) => answer.differenceCount > 0);
  if (different.length === 0) return;
  const names = different.map(({ service }) => service).join(", ");
  throw new CommandFailed(`the state of ${names} is not what the log says; a restart without snapshots folds it anew`);
}

async function printVerified(session: Session, verified: readonly Verified[]): Promise<void> {
  await printTable(session, verified, [
    { heading: "SERVICE", text: ({ service }) => service },
    { heading: "POSITION", text: ({ answer }) => String(answer.position) },
    { heading: "LINES", text: ({ answer }) => String(answer.lines) },
    { heading: "DIFFERENCES", text: ({ answer }) => String(answer.differenceCount) },
    { heading: "STATE", text: ({ answer }) => (answer.differenceCount === 0 ? "equal" : "DIFFERENT"), status: true },
  ]);
  for (const { service, answer } of verified) {
    for (const { running, folded } of answer.differences) {
      await session.terminal.print(`${service} has   ${printable(running) || "nothing"}`);
      await session.terminal.print(`${service} folds ${printable(folded) || "nothing"}`);
    }
  }
}
