import type { Metadata } from "@grpc/grpc-js";

/** Keystone's default roles, each with what the one before it may: https://docs.openstack.org/keystone/latest/admin/service-api-protection.html */
export const roles = ["reader", "member", "admin"] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Caller {
  readonly user: string;
  /** The project that he acts in: what is made becomes its own, and what others have is not seen. */
  readonly projectId: string;
  /** The highest that he has. An administrator sees and changes what belongs to any project. */
  readonly role: Role;
  /** Rhumbline's service that calls in his name: "topology". Undefined: he calls himself. */
  readonly service?: string | undefined;
}

/** Of a call's metadata what there is under a name. */
export type CallMetadata = Pick<Metadata, "get">;

/** Tells who the caller is, or refuses with an UNAUTHENTICATED DomainError. The one seam through which identity enters. */
export type Authenticator = (metadata: CallMetadata) => Caller;

/** Everybody is one administrator: for a service that listens on loopback only. */
export const nobodyIsAsked: Authenticator = () => ({ user: "admin", projectId: "default", role: "admin" });

export const isAdmin = ({ role }: Pick<Caller, "role">): boolean => role === "admin";

/** What a service does of its own accord, in nobody's name. Its project is named as Keystone names that of services. */
export const ownAccord = (service: string): Caller => ({
  user: service,
  projectId: "service",
  role: "admin",
  service,
});
