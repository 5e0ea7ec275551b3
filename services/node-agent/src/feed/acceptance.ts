import { compareVersions, type Version } from "@rhumbline/messaging";

/** Whether a node that acted on `accepted` may act on what is on the bus now. A bucket that was restored from an old copy,
 *  or filled by the services of another log, would tear down what stands.
 *  @returns why not, in words for the operator; undefined: it may. */
export function refusalOf(offered: Version, accepted: Version | undefined): string | undefined {
  if (accepted === undefined) return undefined;
  if (offered.logId !== accepted.logId)
    return `desired state on the bus is of log ${offered.logId}, what stands here is of log ${accepted.logId}; adopt to accept it`;
  if (compareVersions(offered, accepted) < 0)
    return `desired state on the bus (${versionText(offered)}) is older than what stands here (${versionText(accepted)}); adopt to accept it`;
  return undefined;
}

function versionText({ epoch, position }: Version): string {
  return `epoch ${epoch}, position ${position}`;
}
