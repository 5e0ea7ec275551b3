import { readAttributes, readText } from "../netlink/attributes.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";
import { AF_INET } from "../route/ip-bytes.ts";

/** nftables over nfnetlink (linux/netfilter/nf_tables.h). */
const NFNL_SUBSYS_NFTABLES = 10;
const NFT_MSG_GETTABLE = 1;
const NFTA_TABLE_NAME = 1;
const headerBytes = 4;

const allIpv4Tables = {
  type: (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETTABLE,
  body: Buffer.from([AF_INET, 0, 0, 0]),
};

/** The names of the tables of family ip in the socket's namespace, whoever made them. */
export const listIpv4Tables = (socket: NetlinkSocket): string[] =>
  socket
    .dump(allIpv4Tables)
    .flatMap(({ body }) => readText(readAttributes(body, headerBytes).get(NFTA_TABLE_NAME)) ?? []);
