import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { allParts, type ChangedPlaces, type Part, PlacesSoFar } from "../../places.ts";
import { netlinkFamily } from "../netlink/netlink-socket.ts";
import { entriesOf } from "../observe/entries-of.ts";
import { sysctlPath } from "../observe/observe-sysctls.ts";
import { EventSocket, type KernelEvent } from "./event-socket.ts";
import { filterGroups, type Heard, heardOfFiltering, heardOfNeighbours, heardOfRouting, routeGroups } from "./heard.ts";
import { SysctlFiles } from "./sysctl-files.ts";
import { helpersNow } from "./watched-helpers.ts";
import { WatchedNamespaces } from "./watched-namespaces.ts";
import { WatchedSets } from "./watched-sets.ts";
import { whenReadable } from "./when-readable.ts";

/** How often some of what the kernel does not tell is looked at. */
const someEveryMs = 100;
/** And the host's part of it. */
const hostEveryMs = 500;
/** Every namespace's sysctls are looked at within a second. */
const shareOfNamespaces = someEveryMs / 900;
const ours = /^(tap|brq|vxlan-|vlan|flat|phy-)/;

/** Hears of changes in the host's namespace and in those of ours, by sockets of the host's alone: it sits in no other. Of
 *  what the kernel tells nobody, it looks. */
export class KernelEar {
  readonly #changed: (places: ChangedPlaces) => void;
  readonly #namespaces = new WatchedNamespaces();
  readonly #sets = new WatchedSets();
  readonly #sockets: readonly [socket: EventSocket, heard: (event: KernelEvent) => Heard][];
  readonly #timer: NodeJS.Timeout;
  readonly #stopWaiting: () => void;
  #named: ReadonlySet<string>;
  #hostSysctls: SysctlFiles;
  #hostDevicesChanged = false;
  #helpers: string;
  #nextLookMs = 0;

  /** From its return on nothing is missed.
   *  @param named devices of the host that are of interest though their names don't tell.
   *  @param changed told of many changes together. Own changes are told as well.
   *  @throws Error in the C library's words. */
  constructor(named: readonly string[], changed: (places: ChangedPlaces) => void) {
    const { neighbours, ...everywhere } = routeGroups;
    this.#changed = changed;
    this.#named = new Set(named);
    this.#sockets = [
      [new EventSocket(netlinkFamily.route, Object.values(everywhere), true), heardOfRouting],
      [new EventSocket(netlinkFamily.netfilter, Object.values(filterGroups), true), heardOfFiltering],
      // The host's own alone: routers' come and go with every packet.
      [new EventSocket(netlinkFamily.route, [neighbours], false), heardOfNeighbours],
    ];
    this.#namespaces.look();
    this.#hostSysctls = this.#openHostSysctls();
    this.#helpers = helpersNow();
    this.#timer = setInterval(() => this.#look(), someEveryMs);
    this.#stopWaiting = whenReadable(
      this.#sockets.map(([socket]) => socket),
      () => this.#listen(),
    );
  }

  lookAt(named: readonly string[]): void {
    this.#named = new Set(named);
    this.#hostDevicesChanged = true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopWaiting();
    for (const [socket] of this.#sockets) socket.close();
    this.#namespaces.close();
    this.#sets.close();
    this.#hostSysctls.close();
  }

  #listen(): void {
    const heardOf = new PlacesSoFar();
    const whole = this.#sockets.map(([socket, heard]) =>
      socket.read((event) => this.#take(heard(event), event, heardOf)),
    );
    this.#lookForNamespaces(heardOf);
    if (whole.includes(false)) this.#changed("anywhere");
    else this.#tell(heardOf);
  }

  /** At what nobody tells of. */
  #look(): void {
    const heardOf = new PlacesSoFar();
    this.#lookForNamespaces(heardOf);
    for (const name of this.#namespaces.lookAtSysctls(shareOfNamespaces)) heardOf.add(name, ["devices"]);
    if (Date.now() >= this.#nextLookMs) {
      this.#nextLookMs = Date.now() + hostEveryMs;
      heardOf.add("", this.#changedOnHost());
    }
    this.#tell(heardOf);
  }

  #lookForNamespaces(heardOf: PlacesSoFar): void {
    if (!this.#namespaces.due) return;
    for (const name of this.#namespaces.look()) {
      heardOf.add(name, allParts);
      // The host knows which there are.
      heardOf.add("", ["devices"]);
    }
  }

  #tell({ places }: PlacesSoFar): void {
    if ([...places.values()].some(({ size }) => size > 0)) this.#changed(places);
  }

  #take(heard: Heard, { namespaceId }: KernelEvent, heardOf: PlacesSoFar): void {
    if (heard === undefined) return;
    if (heard.in === "host") {
      heardOf.add("", heard.parts);
      if (heard.device !== undefined) this.#hostDevicesChanged ||= this.#concerns(heard.device);
      return;
    }
    const name = namespaceId === undefined ? undefined : this.#namespaces.nameOf(namespaceId);
    if (heard.in === "folder" || name === undefined) this.#namespaces.toldOfUnknown();
    else heardOf.add(name, heard.parts);
  }

  /** Of what the kernel tells nobody. */
  #changedOnHost(): Part[] {
    const sysctls = this.#hostSysctls.changed();
    if (sysctls || this.#hostDevicesChanged) {
      this.#hostSysctls.close();
      this.#hostSysctls = this.#openHostSysctls();
      this.#hostDevicesChanged = false;
    }
    const helpers = this.#helpers;
    this.#helpers = helpersNow();
    return [
      ...(sysctls ? (["devices"] as const) : []),
      ...(this.#helpers === helpers ? [] : (["helpers"] as const)),
      ...(this.#sets.changed() ? (["rules", "connections"] as const) : []),
    ];
  }

  #concerns(device: string): boolean {
    return ours.test(device) || this.#named.has(device);
  }

  #openHostSysctls(): SysctlFiles {
    const devices = entriesOf(sysctlPath("net.ipv6.conf")).filter((device) => this.#concerns(device));
    const bridging = entriesOf(sysctlPath("net.bridge")).filter((name) => name.startsWith("bridge-nf-call-"));
    return new SysctlFiles("", [
      ...bridging.map((name) => `net.bridge.${name}`),
      ...devices.flatMap((device) => (device.startsWith("brq") ? bridgeSysctlNames(device) : [ipv6OffSysctl(device)])),
    ]);
  }
}
