import { fstatSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  leavePacketSockets,
  PacketSocket,
} from "../../../services/node-agent/src/kernel/native/execute/packet-socket.ts";
import { gratuitousArp } from "../../../services/node-agent/src/kernel/native/route/announcement-frames.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const loopback = 1;
const nowhere = 2 ** 30;
const frame = gratuitousArp(Buffer.from("fa163e000001", "hex"), Buffer.from([192, 0, 2, 1]));
const isOpen = ({ fd }: PacketSocket): boolean => {
  try {
    return fstatSync(fd) !== undefined;
  } catch {
    return false;
  }
};

describe("a socket that frames are sent through", requiresRoot, () => {
  test("is closed once everything is sent, and not before", async () => {
    const socket = new PacketSocket("here");
    const failures: string[] = [];
    for (let at = 0; at < 50; at += 1)
      socket.send(at === 49 ? nowhere : loopback, frame, ({ message }) => failures.push(message));
    socket.closeSoon();
    expect(socket.isOpen).toBe(false);
    expect(isOpen(socket)).toBe(true);
    await eventually(() => expect(isOpen(socket)).toBe(false));
    // The last was sent through it, while it was open.
    expect(failures).toEqual(["sendto: No such device or address"]);
  });

  test("of a namespace that goes sends nothing more, and those of others go on", async () => {
    const [going, staying] = [new PacketSocket("going"), new PacketSocket("staying")];
    const failures: string[] = [];
    for (let at = 0; at < 50; at += 1) going.send(nowhere, frame, () => failures.push("going"));
    staying.send(nowhere, frame, () => failures.push("staying"));
    leavePacketSockets("going");
    await eventually(() => expect(isOpen(going)).toBe(false));
    await eventually(() => expect(failures).toContain("staying"));
    // Two are under way at a time.
    expect(failures.filter((name) => name === "going").length).toBeLessThanOrEqual(2);
    expect(isOpen(staying)).toBe(true);
    leavePacketSockets("staying");
    expect(isOpen(staying)).toBe(false);
  });
});
