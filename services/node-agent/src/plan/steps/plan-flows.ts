import type { DesiredRouterNamespace, Translations } from "../../desired/desired-kernel.ts";
import type { ObservedFlow, ObservedNamespace } from "../../observed/observed-kernel.ts";
import type { FlowTranslation } from "../operation.ts";
import { printTranslation } from "../print-operation.ts";
import type { Draft } from "./draft.ts";
import { forwardedTo, revokedForwardings } from "./revoked-forwardings.ts";
import { type StandingTranslations, standingTranslations } from "./standing-translations.ts";

/** Revoked access dies: connections whose translation the router doesn't grant (any more). Those that an old rule may still
 *  make between the observation and the change of rules go with it, seen or not. */
export function planRevokedFlows(
  router: DesiredRouterNamespace,
  observed: ObservedNamespace | undefined,
  draft: Draft,
): void {
  if (observed === undefined) return;
  const { name: netns, resource, translations } = router;
  const standing = standingTranslations(observed);
  const revoked = new Map<string, FlowTranslation>();
  for (const translation of [
    ...revokedByRules(standing, translations),
    ...revokedForwardings(standing.portForwardings, translations.portForwardings),
    ...revokedInFlows(observed.flows, translations),
  ]) {
    revoked.set(printTranslation(translation), translation);
  }
  for (const translation of revoked.values()) draft.add({ kind: "delete-flows", resource, netns, translation });
}

function revokedInFlows(flows: readonly ObservedFlow[], translations: Translations): FlowTranslation[] {
  return flows.flatMap((flow) => {
    const translation = revokedDestination(flow, translations) ?? revokedSource(flow, translations);
    return translation === undefined ? [] : [translation];
  });
}

/** A floating IP that isn't translated reached the router itself, before its rule stood. */
function revokedDestination(flow: ObservedFlow, translations: Translations): FlowTranslation | undefined {
  const { destination: from, replySource: to, ports } = flow;
  const wholly = translations.fixedIpByFloatingIp.get(from);
  if (wholly !== undefined) return wholly === to ? undefined : { kind: "destination", from, to };
  const forwarded = translations.portForwardings.some(({ floatingIp }) => floatingIp === from);
  if (!forwarded || ports === undefined) return from === to ? undefined : { kind: "destination", from, to };
  const { protocol, destinationPort: port, replySourcePort } = ports;
  const granted = forwardedTo(translations.portForwardings, from, protocol, port) ?? { fixedIp: from, port };
  if (granted.fixedIp === to && granted.port === replySourcePort) return undefined;
  return { kind: "ports", protocol, from, to, first: port, last: port };
}

function revokedSource(flow: ObservedFlow, translations: Translations): FlowTranslation | undefined {
  const { fixedIpByFloatingIp, gatewayAddresses, snat } = translations;
  const { source, destination, replySource, replyDestination } = flow;
  if (replyDestination === source) return undefined;
  const destinationTranslated = replySource !== destination;
  const byFloatingIp = fixedIpByFloatingIp.get(replyDestination) === source;
  const byGateway = gatewayAddresses.includes(replyDestination) && (snat || destinationTranslated);
  return byFloatingIp || byGateway ? undefined : { kind: "source", from: source, to: replyDestination };
}

/** Both directions of every floating IP that standing rules translate and the router doesn't grant. */
function revokedByRules(
  { floatingIps }: StandingTranslations,
  { fixedIpByFloatingIp }: Translations,
): FlowTranslation[] {
  return floatingIps.flatMap(({ floatingIp, fixedIp }): FlowTranslation[] => {
    if (fixedIpByFloatingIp.get(floatingIp) === fixedIp) return [];
    return [
      { kind: "destination", from: floatingIp, to: fixedIp },
      { kind: "source", from: fixedIp, to: floatingIp },
    ];
  });
}
