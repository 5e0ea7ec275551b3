import type { SecurityBackend } from "../../../services/node-agent/src/security/model.ts";

/** What filters ports: whatever is said of packets holds for each of them. */
export const securityBackends = ["nftables", "iptables"] as const satisfies SecurityBackend[];
