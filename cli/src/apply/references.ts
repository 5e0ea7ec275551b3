import { isUuid } from "@rhumbline/grpc";
import { nodeResource } from "../commands/node-resource.ts";
import { suggestion } from "../errors/nearest.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { equalTo, listCalled, namesOf } from "../resource/name-or-id.ts";
import type { Session } from "../session/session.ts";
import { describeWanted, isReference, type Reference, type Wanted, type WantedValue } from "../topology-file/wanted.ts";
import { appliers } from "./appliers.ts";
import type { Json } from "./json.ts";

/** The ids of the file's resources, as far as they exist. */
type KnownIds = Map<Wanted, string>;

export interface Resolved {
  readonly value: Json;
  /** What it refers to and does not exist yet, as "network/web"; its name stands in the place of its id. */
  readonly pending: readonly string[];
}

/** Puts ids in the places of names: those of the file's own resources, else those of what exists.
 *  @throws {CommandFailed} a name that nothing has, or several. */
export async function resolveReferences(session: Session, all: Topology, of: Wanted): Promise<Resolved> {
  const pending: string[] = [];
  const resolve = async (value: WantedValue): Promise<Json> => {
    if (typeof value !== "object" || value === null) return value;
    if (isReference(value)) {
      const id = await idOf(session, all, of, value);
      if (id === undefined) pending.push(describeWanted({ kind: value.refersTo as Wanted["kind"], label: value.name }));
      return id ?? value.name;
    }
    if (Array.isArray(value)) return Promise.all((value as readonly WantedValue[]).map(resolve));
    const entries = Object.entries(value).map(async ([field, inner]) => [field, await resolve(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return { value: await resolve(of.fields), pending };
}

/** A topology file that is being compared or applied. */
export interface Topology {
  readonly file: string;
  readonly wanted: readonly Wanted[];
  readonly ids: KnownIds;
  /** What a dry run would have made or changed, and left as it is. */
  readonly left: Set<Wanted>;
}

/** Undefined for what the file makes and what is not made yet. */
async function idOf(session: Session, { file, wanted, ids }: Topology, of: Wanted, to: Reference) {
  if (isUuid(to.name)) return to.name;
  const own = wanted.find(
    ({ kind, label, project }) => kind === to.refersTo && label === to.name && project === of.project,
  );
  if (own !== undefined) return ids.get(own);
  const resource = to.refersTo === "node" ? nodeResource : appliers[to.refersTo].resource;
  const inProject = to.refersTo === "node" ? [] : await listCalled(session, resource, to.name, projectIs(of.project));
  // What other projects share is meant only where this one has nothing of the name.
  const found = inProject.length > 0 ? inProject : await listCalled(session, resource, to.name);
  if (found.length === 1) return found[0];
  const where = `${file}:${to.line}`;
  if (found.length === 0) {
    const here = wanted.filter(({ kind }) => kind === to.refersTo).map(({ label }) => label);
    const names = [...here, ...(await namesOf(session, resource))];
    throw new CommandFailed(
      `${where}: no ${to.refersTo} is called ${JSON.stringify(to.name)}, here or in the installation${suggestion(to.name, names)}`,
    );
  }
  throw new CommandFailed(
    `${where}: several of kind ${to.refersTo} are called ${JSON.stringify(to.name)}: give one of the ids ${found.join(", ")}`,
  );
}

export const projectIs = (project: string): string => equalTo("project_id", project);
