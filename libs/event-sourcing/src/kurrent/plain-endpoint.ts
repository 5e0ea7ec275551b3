/** Where one server listens without TLS; undefined: the connection string says something else, and only the official client
 *  knows the way. */
export function plainEndpoint(connectionString: string): string | undefined {
  const match = /^(?:kurrentdb|kdb|esdb):\/\/([^@,/?]+)\/?\?(.*)$/.exec(connectionString);
  const [, host = "", query = ""] = match ?? [];
  const settings = new URLSearchParams(query.toLowerCase());
  if (match === null || settings.get("tls") !== "false") return undefined;
  return `http://${host.includes(":") ? host : `${host}:2113`}`;
}
