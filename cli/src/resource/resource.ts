import type { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import type { Column } from "../output/table.ts";
import type { Session } from "../session/session.ts";

/** One kind of thing that rhumb makes, shows, lists and deletes. */
export interface Resource<T> {
  /** As it is typed, and as people say it: "floatingip", "floating IP". */
  readonly noun: string;
  readonly title: string;
  /** Its field in answers: "floatingIp", "floatingIps". */
  readonly field: string;
  readonly pluralField: string;
  /** By what people know it beside its id: a field that lists can be filtered by. */
  readonly nameField: "name" | "floating_ip_address" | "id";
  /** False for what belongs to no project. Undefined: true. */
  readonly ofProjects?: boolean;
  /** Undefined for what no node realises. */
  readonly kind: ResourceKind | undefined;
  /** The kind of resource whose events tell of it. Undefined: its own do. */
  readonly toldIn?: string;
  readonly columns: readonly Column<T>[];
  idOf(item: T): string;
  toJson(item: T): unknown;
  get(session: Session, id: string, at: ReadAt): Promise<Found<T>>;
  list(session: Session, query: ListQuery): Promise<Listed<T>>;
  remove(session: Session, request: RemoveRequest): Promise<{ readonly position: number }>;
}

export interface Found<T> {
  /** Undefined only where a service breaks its contract. */
  readonly item: T | undefined;
  readonly position: number;
}

/** Of which moment something is read. */
interface ReadAt {
  /** The log position that the answer must have considered. */
  readonly minPosition: number;
  /** Undefined: the present. */
  readonly asOf: AsOf | undefined;
}

export interface ListQuery extends ReadAt {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly filter: string;
  readonly orderBy: string;
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
  readonly position: number;
}

interface RemoveRequest {
  readonly id: string;
  readonly etag: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}
