import { expect, test } from "vitest";
import { DoorKeeper } from "./door-keeper.ts";

const admission = { logId: "log-a", desiredPosition: 20 };

function keeper() {
  let looks = 0;
  const doors = new DoorKeeper(() => {
    looks += 1;
  });
  return { doors, looks: () => looks };
}

test("an agent that starts leaves doors as they stand until it was accepted and holds the desired state of that moment", () => {
  const { doors, looks } = keeper();
  doors.holds("log-a", 10);
  expect(doors.authority).toBe("as they stand");
  doors.accepted(admission);
  expect(doors.authority).toBe("as they stand");
  doors.holds("log-a", 20);
  expect(doors.authority).toBe("as desired");
  expect(looks()).toBe(1);
});

test("desired state of another log opens nothing, however great its position", () => {
  const { doors } = keeper();
  doors.holds("log-b", 99);
  doors.accepted(admission);
  expect(doors.authority).toBe("as they stand");
});

test("an agent that closed its doors opens them only when it was accepted anew", () => {
  const { doors, looks } = keeper();
  doors.accepted(admission);
  doors.holds("log-a", 20);
  doors.closeAll();
  doors.closeAll();
  expect(doors.authority).toBe("closed");
  doors.holds("log-a", 25);
  expect(doors.authority).toBe("closed");
  doors.accepted({ logId: "log-a", desiredPosition: 26 });
  expect(doors.authority).toBe("closed");
  doors.holds("log-a", 26);
  expect(doors.authority).toBe("as desired");
  expect(looks()).toBe(3);
});

test("a scheduler that follows another log opens nothing, though it desires nothing", () => {
  const { doors } = keeper();
  doors.holds("log-a", 10);
  doors.accepted({ logId: "log-b", desiredPosition: 0 });
  expect(doors.authority).toBe("as they stand");
});

test("a node of which nothing was ever desired has nothing to wait for", () => {
  const { doors } = keeper();
  doors.accepted({ logId: "", desiredPosition: 0 });
  expect(doors.authority).toBe("as desired");
});
