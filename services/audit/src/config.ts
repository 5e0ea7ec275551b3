import { type ListenerSettings, withListenerFlags } from "@rhumbline/service";
import { Command, InvalidArgumentError, Option } from "commander";

export interface AuditSettings extends ListenerSettings {
  readonly nats: readonly string[];
  /** How long, in milliseconds, and how much EVENTS keeps. */
  readonly maxAge: number;
  readonly maxBytes: number;
}

/** Reads flags and environment; prints help or what is wrong and ends the process where it can't go on. */
export function parseConfig(argv: readonly string[]): AuditSettings {
  const command = new Command("audit")
    .description("Rhumbline's history: carries the event log to NATS, and answers from it.")
    .addOption(
      new Option("--nats <urls>", "NATS servers, separated by commas")
        .env("RHUMBLINE_NATS")
        .default(["nats://127.0.0.1:4222"])
        .argParser((text) => text.split(",")),
    )
    .addOption(
      new Option("--max-age <duration>", "how long stream EVENTS keeps an event; the log keeps all")
        .env("RHUMBLINE_EVENTS_MAX_AGE")
        .default(duration("7d"), "7d")
        .argParser(duration),
    )
    .addOption(
      new Option("--max-bytes <size>", "how much stream EVENTS keeps")
        .env("RHUMBLINE_EVENTS_MAX_BYTES")
        .default(size("256MiB"), "256MiB")
        .argParser(size),
    );
  return withListenerFlags(command, "127.0.0.1:4104").parse(argv).opts<AuditSettings>();
}

const msByUnit = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const bytesByUnit = new Map([
  ["", 1],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
]);

const duration = (text: string): number => quantity(text, msByUnit, "a duration above zero, like 90s, 30m, 12h or 7d");
const size = (text: string): number => quantity(text, bytesByUnit, "a size above zero, like 64MiB or 2GiB");

function quantity(text: string, unitSizes: ReadonlyMap<string, number>, accepted: string): number {
  const [, digits, unit = ""] = /^(\d{1,9})([A-Za-z]*)$/.exec(text) ?? [];
  const value = Number(digits) * (unitSizes.get(unit) ?? Number.NaN);
  if (!(value > 0)) throw new InvalidArgumentError(`accepted is ${accepted}.`);
  return value;
}
