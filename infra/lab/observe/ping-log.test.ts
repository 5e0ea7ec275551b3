import { expect, test } from "vitest";
import { parsePingReplies, parsePingTransmitted, pingResult } from "./ping-log.ts";

const output = `PING 203.0.113.50 (203.0.113.50) 56(84) bytes of data.
[1700000000.000000] 64 bytes from 203.0.113.50: icmp_seq=1 ttl=63 time=0.141 ms
[1700000000.020000] 64 bytes from 203.0.113.50: icmp_seq=2 ttl=63 time=0.120 ms
[1700000000.020500] 64 bytes from 203.0.113.50: icmp_seq=2 ttl=63 time=0.520 ms (DUP!)
From 203.0.113.1 icmp_seq=3 Destination Host Unreachable
[1700000000.080000] 64 bytes from 203.0.113.50: icmp_seq=5 ttl=63 time=0.133 ms

--- 203.0.113.50 ping statistics ---
7 packets transmitted, 3 received, +1 duplicates, +1 errors, 57.1429% packet loss, time 120ms
`;
const beganMs = 1_700_000_000_000;

test("unanswered and refused requests are lost, an answer given twice counts once", () => {
  const result = pingResult(parsePingReplies(output), 5, { beganMs, unansweredUntilMs: undefined });
  expect(result).toEqual({ sent: 5, received: 3, lost: [3, 4], longestGapMs: 60 });
});

test("a path that was dead at the end counts all that was sent, and the silence until then", () => {
  const sent = parsePingTransmitted(output);
  const result = pingResult(parsePingReplies(output), sent, { beganMs, unansweredUntilMs: beganMs + 2000 });
  expect(result).toEqual({ sent: 7, received: 3, lost: [3, 4, 6, 7], longestGapMs: 1920 });
});

test("a ping that never was answered is silent from its beginning", () => {
  const result = pingResult([], 2, { beganMs, unansweredUntilMs: beganMs + 40 });
  expect(result).toEqual({ sent: 2, received: 0, lost: [1, 2], longestGapMs: 40 });
});

test("a ping that could not begin is not taken for one without loss", () => {
  expect(() => parsePingTransmitted("ping: connect: Network is unreachable")).toThrow("Network is unreachable");
});
