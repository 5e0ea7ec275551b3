import type { Metadata } from "@grpc/grpc-js";

/** Who asks. */
export interface Caller {
  readonly user: string;
  readonly projectId: string;
  /** Sees and changes what belongs to any project. */
  readonly admin: boolean;
}

/** Tells who the caller is, or refuses with an UNAUTHENTICATED DomainError. The one seam through which identity enters. */
export type Authenticator = (metadata: Metadata) => Caller;

/** Everybody is one administrator: for a service that listens on loopback only. */
export const nobodyIsAsked: Authenticator = () => ({ user: "admin", projectId: "default", admin: true });
