import { Metadata } from "@grpc/grpc-js";
import { type Authenticator, type Caller, type CallMetadata, type Role, roles } from "./caller.ts";
import { Unauthenticated } from "./refusals.ts";

/** The headers that a trusted proxy sets once it knows who calls, named as Keystone's middleware names them
 *  (keystonemiddleware/auth_token, "what this middleware adds to the request"). Whoever sets them is believed: the proxy
 *  has to take away what its own callers send. */
const identityHeaders = { user: "x-user-id", project: "x-project-id", roles: "x-roles" } as const;
/** Those of a service that calls in the caller's name. */
const serviceHeaders = { user: "x-service-user-id", roles: "x-service-roles" } as const;
const serviceRole = "service";

/** No blank and no comma: what two proxies said one after the other is nobody's id. */
const idText = /^[!-+\--~]{1,255}$/;

/** Who the metadata says that calls.
 *  @throws {Unauthenticated} a header is missing, is there twice, or says nothing that could be meant. */
export const authenticateHeaders: Authenticator = (metadata) => {
  const user = requireId(metadata, identityHeaders.user);
  const projectId = requireId(metadata, identityHeaders.project);
  const role = highestRole(rolesIn(metadata, identityHeaders.roles));
  return { user, projectId, role, service: serviceIn(metadata) };
};

/** What somebody says of himself; what he leaves out, the service that he calls names. */
interface Said {
  readonly user: string | undefined;
  readonly projectId: string | undefined;
  /** Separated by commas. */
  readonly roles: string | undefined;
}

export function saidMetadata({ user, projectId, roles: said }: Said): Metadata {
  const metadata = new Metadata();
  if (user !== undefined) metadata.set(identityHeaders.user, user);
  if (projectId !== undefined) metadata.set(identityHeaders.project, projectId);
  if (said !== undefined) metadata.set(identityHeaders.roles, said);
  return metadata;
}

/** The same caller, told to another service or replica: each header with its text. */
export function callerHeaders({ user, projectId, role, service }: Caller): Record<string, string> {
  const headers: Record<string, string> = {
    [identityHeaders.user]: user,
    [identityHeaders.project]: projectId,
    [identityHeaders.roles]: role,
  };
  if (service === undefined) return headers;
  headers[serviceHeaders.user] = service;
  headers[serviceHeaders.roles] = serviceRole;
  return headers;
}

export function callerMetadata(caller: Caller): Metadata {
  const metadata = new Metadata();
  for (const [header, text] of Object.entries(callerHeaders(caller))) metadata.set(header, text);
  return metadata;
}

function highestRole(named: readonly string[]): Role {
  const highest = roles.findLast((role) => named.includes(role));
  if (highest === undefined) throw refused(identityHeaders.roles, `names none of ${roles.join(", ")}`);
  return highest;
}

function serviceIn(metadata: CallMetadata): string | undefined {
  const said = metadata.get(serviceHeaders.user).length + metadata.get(serviceHeaders.roles).length;
  if (said === 0) return undefined;
  const service = requireId(metadata, serviceHeaders.user);
  if (!rolesIn(metadata, serviceHeaders.roles).includes(serviceRole))
    throw refused(serviceHeaders.roles, `does not name ${serviceRole}`);
  return service;
}

/** As Keystone does, whatever their case. */
const rolesIn = (metadata: CallMetadata, header: string): string[] =>
  only(metadata, header)
    .split(",")
    .map((role) => role.trim().toLowerCase());

function requireId(metadata: CallMetadata, header: string): string {
  const id = only(metadata, header);
  if (!idText.test(id)) throw refused(header, "must be 1 to 255 printable ASCII characters without blank and comma");
  return id;
}

function only(metadata: CallMetadata, header: string): string {
  const [value, ...others] = metadata.get(header);
  if (value === undefined || value.length === 0) throw refused(header, "is missing");
  if (others.length > 0 || typeof value !== "string") throw refused(header, "is there more than once");
  return value;
}

const refused = (header: string, why: string): Unauthenticated =>
  new Unauthenticated(header, why, Object.values(identityHeaders));
