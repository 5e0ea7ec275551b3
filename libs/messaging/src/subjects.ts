/** Every subject on the bus. Tokens are UUIDs, or percent-encoded text without `.`, `*`, `>` and blanks. */

/** `ask` is served by the node's agent, the others by who serves all nodes. */
export type NodeSubject = "register" | "report" | "heartbeat" | "ask";

export function nodeSubject(nodeId: string, what: NodeSubject): string {
  return `rhumbline.node.${token(nodeId)}.${what}`;
}

/** For who serves all nodes. */
export function anyNodeSubject(what: NodeSubject): string {
  return `rhumbline.node.*.${what}`;
}

/** The node that a message on a node's subject is from; undefined where the subject is no node's. */
export function nodeIdOfSubject(subject: string): string | undefined {
  const [root, node, id, , ...rest] = subject.split(".");
  return root === "rhumbline" && node === "node" && id !== undefined && rest.length === 0
    ? decodeURIComponent(id)
    : undefined;
}

export interface EventSubject {
  /** Undefined where the resource belongs to no project. */
  readonly projectId: string | undefined;
  /** "router", "subnet", "floatingIp": the category of the event's stream. */
  readonly kind: string;
  readonly id: string;
  readonly eventType: string;
}

/** `rhumbline.evt.<project>.<kind>.<id>.<EventType>`, with `_` for no project. */
export function eventSubject({ projectId, kind, id, eventType }: EventSubject): string {
  const project = projectId === undefined || projectId === "" ? noProject : token(projectId);
  return `rhumbline.evt.${project}.${token(kind)}.${token(id)}.${token(eventType)}`;
}

/** Undefined where the subject is no event's. */
export function parseEventSubject(subject: string): EventSubject | undefined {
  const [root, evt, project, kind, id, eventType, ...rest] = subject.split(".");
  if (root !== "rhumbline" || evt !== "evt" || project === undefined || rest.length > 0) return undefined;
  if (kind === undefined || id === undefined || eventType === undefined) return undefined;
  return {
    projectId: project === noProject ? undefined : decodeURIComponent(project),
    kind: decodeURIComponent(kind),
    id: decodeURIComponent(id),
    eventType: decodeURIComponent(eventType),
  };
}

export const allEvents = "rhumbline.evt.>";

/** @param pattern with `*` for any one token and `>` for any that are left, one at least. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const tokens = subject.split(".");
  const wanted = pattern.split(".");
  if (wanted.at(-1) === ">") return tokens.length >= wanted.length && startsWith(tokens, wanted.slice(0, -1));
  return tokens.length === wanted.length && startsWith(tokens, wanted);
}

const startsWith = (tokens: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((token, i) => token === "*" || token === tokens[i]);

const noProject = "_";

function token(text: string): string {
  if (text === "") throw new RangeError("a subject has no empty token");
  if (text === noProject) return "%5F";
  return encodeURIComponent(text).replaceAll(".", "%2E").replaceAll("*", "%2A");
}
