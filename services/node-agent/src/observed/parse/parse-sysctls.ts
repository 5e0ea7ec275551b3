/** `grep "" /proc/sys/net/…`: a line of "path:value" each -> "net.ipv4.ip_forward" -> "1". */
export function parseSysctls(lines: string): Map<string, string> {
  const sysctls = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(":");
    if (!line.startsWith("/proc/sys/") || colon < 0) continue;
    sysctls.set(line.slice("/proc/sys/".length, colon).replaceAll("/", "."), line.slice(colon + 1));
  }
  return sysctls;
}
