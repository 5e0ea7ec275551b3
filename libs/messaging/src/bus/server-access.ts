export interface ServerAccess {
  /** Without names and passwords: they can be logged. */
  readonly servers: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** Who we are at servers given as "nats://user:password@host:port"; the first that names a user speaks for all. */
export function serverAccess(addresses: readonly string[]): ServerAccess {
  let named: RegExpExecArray | undefined;
  const servers = addresses.map((address) => {
    const match = /^([a-z]+:\/\/)([^@/]+)@(.+)$/.exec(address);
    if (match === null) return address;
    named ??= match;
    return `${match[1]}${match[3]}`;
  });
  if (named === undefined) return { servers, user: undefined, password: undefined };
  const [user = "", ...password] = (named[2] ?? "").split(":");
  return { servers, user: decodeURIComponent(user), password: decodeURIComponent(password.join(":")) };
}
