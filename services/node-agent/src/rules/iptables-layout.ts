import { floatingIpRules } from "./floating-ip-rules.ts";
import { gatewayRules } from "./gateway-rules.ts";
import { ownChain } from "./own-chains.ts";
import { portForwardingRules } from "./port-forwarding-rules.ts";
import type { RouterTranslation } from "./router-translation.ts";
import type { Rule, RuleChain, RuleTable } from "./rule-model.ts";

/** The rules of a router, laid out as in Neutron's router namespaces (l3/router_info.py, iptables_manager.py) without the
 *  chains that would stay empty for ever. The chains are the same for every router that has a gateway; one without translates
 *  nothing, and has none. */
export function iptablesLayout(router: RouterTranslation): RuleTable[] {
  if (router.gateway === undefined) return [];
  const gateway = gatewayRules(router.gateway);
  const floating = floatingIpRules(router.floatingIps);
  const forwarded = portForwardingRules(router.portForwardings);
  const mangle: RuleTable = {
    name: "mangle",
    chains: [chain("PREROUTING", [jump("mark")]), chain("mark", gateway.mark)],
    hooks: [hook("PREROUTING")],
  };
  const nat: RuleTable = {
    name: "nat",
    chains: [
      chain("OUTPUT", [...floating.output, jump("fip-pf")]),
      chain("POSTROUTING", gateway.postrouting),
      chain("PREROUTING", [...floating.prerouting, jump("fip-pf")]),
      chain("fip-pf", forwarded),
      chain("float-snat", floating.floatSnat),
      chain("postrouting-bottom", [jump("snat", "Perform source NAT on outgoing traffic.")]),
      chain("snat", [jump("float-snat"), ...gateway.snat]),
    ],
    hooks: [hook("PREROUTING"), hook("OUTPUT"), hook("POSTROUTING", "postrouting-bottom")],
  };
  return [mangle, nat];
}

function chain(name: string, rules: readonly Rule[]): RuleChain {
  return { name: ownChain(name), rules };
}

/** Our rules of a built-in chain: a jump into our chain of the same name, then any others. */
function hook(builtIn: string, ...others: readonly string[]): RuleChain {
  return { name: builtIn, rules: [builtIn, ...others].map((name) => jump(name)) };
}

function jump(name: string, comment?: string): Rule {
  return {
    match: comment === undefined ? {} : { comment },
    target: { kind: "jump", chain: ownChain(name) },
  };
}
