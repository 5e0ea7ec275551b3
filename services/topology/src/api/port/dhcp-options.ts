import type { FieldChecks } from "@rhumbline/grpc";
import type { DhcpOption, Port } from "@rhumbline/proto/rhumbline/topology/v1/port";

const maxOptions = 32;
const maxValueLength = 255;
/** A number of RFC 2132's and its successors, or a name as dnsmasq has them. */
const optionName = /^([1-9]\d{0,4}|[a-z][a-z0-9-]{0,63})$/;
/** What of a value would be read as more than one line. */
const isControl = (char: string): boolean => char < " " || char === "\u007f";

/** Neutron: extra_dhcp_opts. Values are not looked into: options are many, and clients differ. */
export function parseDhcpOptions(
  checks: FieldChecks,
  { extraDhcpOptions }: Pick<Port, "extraDhcpOptions">,
): DhcpOption[] {
  const field = "port.extra_dhcp_options";
  checks.require(field, extraDhcpOptions.length <= maxOptions, `at most ${maxOptions} are accepted`);
  const seen = new Set<string>();
  return extraDhcpOptions.map(({ name, value, ipVersion }, i) => {
    const version = ipVersion === 0 ? 4 : ipVersion;
    const one = `${field}[${i}]`;
    checks.require(
      `${one}.name`,
      optionName.test(name),
      `${JSON.stringify(name)} is no number or name like bootfile-name`,
    );
    checks.require(`${one}.name`, !seen.has(`${version} ${name}`), `${name} is given twice`);
    checks.text(`${one}.value`, value, maxValueLength);
    checks.require(`${one}.value`, ![...value].some(isControl), "has control characters");
    checks.require(`${one}.ip_version`, version === 4 || version === 6, `${ipVersion} is neither 4 nor 6`);
    seen.add(`${version} ${name}`);
    return { name, value, ipVersion: version };
  });
}
