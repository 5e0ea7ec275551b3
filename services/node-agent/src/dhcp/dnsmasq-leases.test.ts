import { expect, test } from "vitest";
import { parseLeases } from "./dnsmasq-leases.ts";

test("leases of both versions are read, the server's own DUID and a line that is being written are none", () => {
  const text = `1764500000 fa:16:3e:00:01:11 10.0.1.11 host-10-0-1-11 01:fa:16:3e:00:01:11
0 fa:16:3e:00:01:12 10.0.1.12 * *
duid 00:01:00:01:2e:01:02:03:fa:16:3e:00:00:01
1764500060 234567 2001:db8:0:1::11 host-x 00:03:00:01:fa:16:3e:00:01:11
17645`;
  expect(parseLeases(text)).toEqual([
    { ipAddress: "10.0.1.11", clientId: "01:fa:16:3e:00:01:11", endsAtSeconds: 1764500000 },
    { ipAddress: "10.0.1.12", clientId: "", endsAtSeconds: 0 },
    { ipAddress: "2001:db8:0:1::11", clientId: "00:03:00:01:fa:16:3e:00:01:11", endsAtSeconds: 1764500060 },
  ]);
});
