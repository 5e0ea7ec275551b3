import type { LogicalNetworkEvent } from "./events.ts";

/** Whose a thing is: nodes need not know, but whoever asks how far it is may have to be told nothing. */
interface Owner {
  readonly projectId: string;
  /** That a port lies in; empty for what is no port. */
  readonly networkId: string;
  /** Of a network: other projects know of it too. */
  readonly shared: boolean;
  readonly external: boolean;
}

/** By `<category>-<id>`, as streams are named. */
export type Owners = Map<string, Owner>;

export function applyToOwners(owners: Owners, id: string, event: LogicalNetworkEvent): void {
  const own = (
    key: string,
    projectId = "",
    { networkId = "", shared = false, external = false }: Partial<Owner> = {},
  ) => void owners.set(key, { projectId, networkId, shared, external });
  switch (event.type) {
    case "NetworkCreated": {
      const { projectId, shared, external } = event.data.network ?? {};
      own(`network-${id}`, projectId, { shared: shared ?? false, external: external ?? false });
      return;
    }
    case "NetworkUpdated": {
      const present = owners.get(`network-${id}`);
      const { network, changed } = event.data;
      if (present === undefined || network === undefined) return;
      const { shared, external } = network;
      own(`network-${id}`, present.projectId, {
        shared: changed?.includes("shared") ? shared : present.shared,
        external: changed?.includes("external") ? external : present.external,
      });
      return;
    }
    case "PortCreated":
      own(`port-${id}`, event.data.port?.projectId, { networkId: event.data.port?.networkId ?? "" });
      return;
    case "RouterCreated":
      own(`router-${id}`, event.data.router?.projectId);
      return;
    case "FloatingIpCreated":
      own(`floatingIp-${id}`, event.data.floatingIp?.projectId);
      return;
    case "NetworkDeleted":
    case "PortDeleted":
    case "RouterDeleted":
    case "FloatingIpDeleted":
      owners.delete(`${categories[event.type]}-${id}`);
      return;
    default:
  }
}

const categories = {
  NetworkDeleted: "network",
  PortDeleted: "port",
  RouterDeleted: "router",
  FloatingIpDeleted: "floatingIp",
} as const;
