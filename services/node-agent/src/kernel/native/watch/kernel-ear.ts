import { allParts, type ChangedPlaces, type HearFromRoom, type Part } from "../../places.ts";
import type { KnownHost } from "../host/known-host.ts";
import { netlinkFamily } from "../netlink/netlink-socket.ts";
import { EventSocket, type KernelEvent } from "./event-socket.ts";
import {
  filterGroups,
  type Heard,
  heardOfFiltering,
  heardOfNeighbours,
  heardOfRouting,
  routeGroups,
  type ToldLink,
} from "./heard.ts";
import { HeardLinks } from "./heard-links.ts";
import { HeardSoFar } from "./heard-so-far.ts";
import type { SysctlFiles } from "./sysctl-files.ts";
import { WatchedDevices } from "./watched-devices.ts";
import { helpersNow } from "./watched-helpers.ts";
import { WatchedNamespaces } from "./watched-namespaces.ts";
import { WatchedSets } from "./watched-sets.ts";
import { WatchedSysctls } from "./watched-sysctls.ts";
import { whenReadable } from "./when-readable.ts";

/** How often what the kernel does not tell is looked at. */
const lookEveryMs = 500;
const devices: readonly Part[] = ["devices"];

/** Hears of changes in the host's namespace and in those of ours, by sockets of the host's alone: it sits in no other. Of
 *  what the kernel tells nobody, it looks. */
export class KernelEar {
  readonly #host: KnownHost;
  readonly #changed: HearFromRoom;
  readonly #sysctls = new WatchedSysctls((files) => this.#readWithLink(files));
  readonly #namespaces = new WatchedNamespaces(this.#sysctls);
  readonly #devices: WatchedDevices;
  readonly #sets = new WatchedSets();
  readonly #links = new HeardLinks();
  readonly #sockets: readonly [socket: EventSocket, heard: (event: KernelEvent) => Heard][];
  readonly #stopWaiting: () => void;
  #helpers: string;
  #nextLookMs = 0;

  /** From its return on nothing is missed.
   *  @param named devices of the host that are of interest though their names don't tell.
   *  @param host is told what of it changed.
   *  @param changed told of many changes together, but for those that were made from here.
   *  @throws Error in the C library's words. */
  constructor(named: readonly string[], host: KnownHost, changed: HearFromRoom) {
    const { neighbours, ...everywhere } = routeGroups;
    this.#host = host;
    this.#changed = changed;
    this.#sockets = [
      [new EventSocket(netlinkFamily.route, Object.values(everywhere), true), heardOfRouting],
      [new EventSocket(netlinkFamily.netfilter, Object.values(filterGroups), true), heardOfFiltering],
      // The host's own alone: routers' come and go with every packet.
      [new EventSocket(netlinkFamily.route, [neighbours], false), heardOfNeighbours],
    ];
    // Their sysctls are opened in this order: those of every device first.
    this.#devices = new WatchedDevices(this.#sysctls, named);
    this.#namespaces.look();
    this.#helpers = helpersNow();
    // What it was looked at before was not listened to.
    host.anythingChanged();
    const files = [...this.#sockets.map(([socket]) => socket), this.#sysctls];
    this.#stopWaiting = whenReadable(files, () => this.#woken());
  }

  lookAt(named: readonly string[]): void {
    this.#devices.lookAt(named, this.#host.devices());
  }

  /** To be called after each look at the host: it finds what nobody told of. */
  hostWasRead(): void {
    this.#devices.wereRead(this.#host.devices());
  }

  /** To be called after each look into a namespace of ours. */
  namespaceWasRead(name: string, sysctls: ReadonlyMap<string, string>): void {
    this.#namespaces.wereRead(name, sysctls);
  }

  /** Tells at once of what others changed until now. */
  hear(): void {
    const heardOf = new HeardSoFar();
    this.#tell(heardOf, this.#listen(heardOf));
  }

  /** The same before a look at the host, which has to read again what is not told at once. */
  hearForLook(): void {
    this.hear();
    for (const index of this.#devices.unheard) this.#host.linkChanged(index);
    if (!this.#devices.hearsShared) this.#host.anythingChanged();
  }

  /** @returns what was changed from here since it was heard last: who knows of it before the next look need not look twice.
   *  @param namespaces of ours that came or went. */
  hearOwn(namespaces: ReadonlySet<string>): ChangedPlaces {
    const heardOf = new HeardSoFar();
    addNamespaces(this.#namespaces.lookAt(namespaces), heardOf);
    if (this.#listen(heardOf)) return heardOf.places;
    this.#host.anythingChanged();
    return "anywhere";
  }

  close(): void {
    this.#stopWaiting();
    for (const [socket] of this.#sockets) socket.close();
    this.#namespaces.close();
    this.#sysctls.close();
    this.#sets.close();
  }

  #woken(): void {
    const heardOf = new HeardSoFar();
    const isWhole = this.#listen(heardOf);
    addNamespaces(this.#namespaces.lookIfDue(), heardOf);
    if (performance.now() >= this.#nextLookMs) this.#look(heardOf);
    this.#tell(heardOf, isWhole);
  }

  #tell(heardOf: HeardSoFar, isWhole: boolean): void {
    if (isWhole) {
      for (const [places, by] of heardOf.byAuthor) this.#changed(places, by);
    } else {
      this.#host.anythingChanged();
      this.#changed("anywhere", "others");
    }
  }

  /** @returns whether the kernel told all that it had to tell. */
  #listen(heardOf: HeardSoFar): boolean {
    this.#links.hearAnew();
    const whole = this.#sockets.map(([socket, heard]) =>
      socket.read((event) => this.#take(heard(event), event, heardOf)),
    );
    if (whole.includes(false)) this.#links.forget();
    return this.#sysctls.hear((files) => this.#takeSysctls(files, heardOf)) && !whole.includes(false);
  }

  /** At what nobody tells of. */
  #look(heardOf: HeardSoFar): void {
    this.#nextLookMs = performance.now() + lookEveryMs;
    if (this.#devices.lookAtBridging()) this.#host.anythingChanged();
    const isOtherwise = (files: SysctlFiles): void => this.#takeSysctls(files, heardOf);
    this.#sysctls.openSome(isOtherwise);
    this.#sysctls.look(isOtherwise);
    const helpers = this.#helpers;
    this.#helpers = helpersNow();
    if (this.#helpers !== helpers) heardOf.add("", ["helpers"]);
    if (this.#sets.changed()) heardOf.add("", ["rules"]);
  }

  #takeSysctls(files: SysctlFiles, heardOf: HeardSoFar): void {
    heardOf.add(files.netns, devices);
    if (files.netns !== "") return;
    const index = this.#devices.deviceOf(files);
    if (index === undefined) this.#host.anythingChanged();
    else this.#host.linkChanged(index);
  }

  /** What their files are not asked for the kernel tells with the device, at the next look at it. */
  #readWithLink(files: SysctlFiles): void {
    const index = this.#devices.deviceOf(files);
    if (index !== undefined) this.#host.linkChanged(index);
  }

  #take(heard: Heard, event: KernelEvent, heardOf: HeardSoFar): void {
    if (heard === undefined) return;
    if (heard.in === "host") {
      if (heard.link !== undefined && this.#links.isRepetition(event)) return;
      heardOf.add("", heard.parts, heard.program);
      if (heard.link !== undefined) this.#takeLink(heard.link);
      if (heard.entriesOf !== undefined) this.#host.entriesChanged(heard.entriesOf);
      return;
    }
    if (heard.in === "folder") {
      // One that we asked an id for.
      if (heard.came !== undefined && this.#namespaces.nameOf(heard.came) !== undefined) return;
      this.#namespaces.toldOfUnknown();
      if (heard.gone !== undefined) this.#takeGone(heard.gone);
      return;
    }
    if (heard.otherEnd !== undefined) this.#host.linkChanged(heard.otherEnd);
    const { namespaceId } = event;
    const name = namespaceId === undefined ? undefined : this.#namespaces.nameOf(namespaceId);
    if (name === undefined) this.#namespaces.toldOfUnknown();
    else heardOf.add(name, heard.parts, heard.program);
  }

  #takeLink(told: ToldLink): void {
    this.#devices.told(told);
    this.#host.linkChanged(told.index);
    if (told.parentIndex !== undefined) this.#host.linkChanged(told.parentIndex);
  }

  #takeGone(namespaceId: number): void {
    this.#namespaces.toldGone(namespaceId);
    this.#host.namespaceGone(namespaceId);
  }
}

function addNamespaces(changed: readonly string[], heardOf: HeardSoFar): void {
  for (const name of changed) {
    heardOf.add(name, allParts);
    // The host knows which there are.
    heardOf.add("", devices);
  }
}
