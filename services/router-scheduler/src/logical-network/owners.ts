import type { LogicalNetworkEvent } from "./events.ts";

/** Whose a thing is: nodes need not know, but whoever asks how far it is may have to be told nothing. */
export interface Owner {
  readonly projectId: string;
  /** Of a network: other projects know of it too. */
  readonly shared: boolean;
  readonly external: boolean;
}

/** By `<category>-<id>`, as streams are named. Ports are too many to stand here as well: each knows its project itself. */
export type Owners = Map<string, Owner>;

/** @param stream that the event is in: its name is held anyway. */
export function applyToOwners(owners: Owners, stream: string, event: LogicalNetworkEvent): void {
  switch (event.type) {
    case "NetworkCreated": {
      const { projectId = "", shared = false, external = false } = event.data.network ?? {};
      owners.set(stream, { projectId, shared, external });
      return;
    }
    case "NetworkUpdated": {
      const present = owners.get(stream);
      const { network, changed } = event.data;
      if (present === undefined || network === undefined) return;
      const shared = changed?.includes("shared") ? network.shared : present.shared;
      const external = changed?.includes("external") ? network.external : present.external;
      owners.set(stream, { ...present, shared, external });
      return;
    }
    case "RouterCreated":
      owners.set(stream, ownedBy(event.data.router?.projectId));
      return;
    case "FloatingIpCreated":
      owners.set(stream, ownedBy(event.data.floatingIp?.projectId));
      return;
    case "NetworkDeleted":
    case "RouterDeleted":
    case "FloatingIpDeleted":
      owners.delete(stream);
      return;
    default:
  }
}

const ownedBy = (projectId = ""): Owner => ({ projectId, shared: false, external: false });
