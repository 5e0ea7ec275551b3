import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parse, stringify } from "yaml";
import { identityOptions, type ServiceName, type Settings, serviceNames } from "../config.ts";
import { CommandFailed } from "../errors/usage-error.ts";

/** Where the services of one installation are, and who calls them. What it does not name is where it usually is. */
export type Context = Readonly<Partial<Record<ContextKey, string>>>;
export type ContextKey = ServiceName | (typeof identityOptions)[number]["key"];

/** What a context can say → the setting that it stands for. */
export const settingByKey = Object.fromEntries([
  ...serviceNames.map((name) => [name, name]),
  ...identityOptions.map(({ key, name }) => [key, name]),
]) as Readonly<Record<ContextKey, keyof Settings>>;
const contextKeys = Object.keys(settingByKey);

/** The contexts file: installations by name, and which is meant when nobody says. */
export interface Contexts {
  readonly current?: string | undefined;
  readonly contexts: Readonly<Record<string, Context>>;
}

/** @returns none where there is no file. @throws {CommandFailed} it can't be read or understood. */
export async function readContexts(file: string): Promise<Contexts> {
  try {
    return checked(file, parse(await readFile(file, "utf8")));
  } catch (error) {
    if (isFileError(error) && error.code === "ENOENT") return { contexts: {} };
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Whoever reads meanwhile gets the old file or the new one. */
export async function writeContexts(file: string, contexts: Contexts): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, stringify(contexts));
  await rename(`${file}.new`, file);
}

/** The context that is meant: the one named, else the current one. @throws {CommandFailed} there is none of this name. */
export function contextCalled({ contexts, current }: Contexts, name = current): Context {
  if (name === undefined) return {};
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return context;
  const known = Object.keys(contexts);
  const others = known.length === 0 ? "rhumb context set makes one" : `there are: ${known.join(", ")}`;
  throw new CommandFailed(`no context is called ${JSON.stringify(name)}; ${others}`);
}

function checked(file: string, content: unknown): Contexts {
  if (content === null || content === undefined) return { contexts: {} };
  const { current, contexts = {}, ...others } = asRecord(file, content);
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new CommandFailed(`${file}: there is no field ${JSON.stringify(unknown)}`);
  const byName = Object.entries(asRecord(file, contexts)).map(([name, context]) => {
    const services = Object.entries(asRecord(file, context)).map(([service, address]) => {
      if (!contextKeys.includes(service) || typeof address !== "string") {
        const accepted = `${serviceNames.join(", ")}, with host:port; user, project, roles`;
        throw new CommandFailed(`${file}: context ${name}: ${service} must be one of ${accepted}, with text`);
      }
      return [service, address] as const;
    });
    return [name, Object.fromEntries(services)] as const;
  });
  return { current: current === undefined ? undefined : String(current), contexts: Object.fromEntries(byName) };
}

function asRecord(file: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandFailed(`${file}: accepted is a mapping with current and contexts, each context a mapping`);
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && "syscall" in error;
