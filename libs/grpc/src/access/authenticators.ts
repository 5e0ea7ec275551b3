import { type Authenticator, nobodyIsAsked } from "./caller.ts";
import { authenticateHeaders } from "./headers.ts";

/** By the name that an operator chooses one by. */
export const authenticators = {
  none: nobodyIsAsked,
  headers: authenticateHeaders,
} as const satisfies Record<string, Authenticator>;

export type AuthenticatorName = keyof typeof authenticators;
