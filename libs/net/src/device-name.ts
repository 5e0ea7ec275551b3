/** What a Linux device name can hold: IFNAMSIZ less the byte that ends it. */
const maxLength = 15;

export class InvalidDeviceName extends Error {
  override readonly name = "InvalidDeviceName";
  readonly text: string;
  constructor(text: string) {
    const tooLong =
      text.length > maxLength ? `has ${text.length} characters, and a device name at most ${maxLength}` : "";
    super(`${JSON.stringify(text)} ${tooLong || "is no device name: letters, digits, - and _ are accepted"}`);
    this.text = text;
  }
}

/** The name of a network device. Of what a kernel would take (dev_valid_name in net/core/dev.c) only what no sysctl's path
 *  and no program's language reads as something else.
 *  @throws InvalidDeviceName */
export function parseDeviceName(text: string): string {
  if (text.length > maxLength || !/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text)) throw new InvalidDeviceName(text);
  return text;
}

/** The name that an instance's device has where nobody gave it another: as Neutron's agents have it. */
export const instanceDevice = (portId: string): string => `tap${portId.slice(0, 11)}`;

/** Whether it is the name that the device of some port has by itself. */
export const isInstanceDevice = (name: string): boolean => /^tap[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);

/** The name of the bridge that a network has on a node: as Neutron's agents have it. */
export const networkBridge = (networkId: string): string => `brq${networkId.slice(0, 11)}`;
