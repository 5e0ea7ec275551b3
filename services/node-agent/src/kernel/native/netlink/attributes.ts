/** Netlink's attributes (linux/netlink.h, struct nlattr): length and type, both 16 bits in the machine's order, then the
 *  value, padded to four bytes. */
const headerBytes = 4;
const typeMask = 0x3fff;
const nested = 0x8000;

export function attribute(type: number, value: Buffer): Buffer {
  const length = headerBytes + value.length;
  const bytes = Buffer.alloc((length + 3) & ~3);
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  value.copy(bytes, headerBytes);
  return bytes;
}

export const nestedAttribute = (type: number, ...inner: readonly Buffer[]): Buffer =>
  attribute(type | nested, Buffer.concat(inner));

export const textAttribute = (type: number, text: string): Buffer => attribute(type, Buffer.from(`${text}\0`));

export const u32Attribute = (type: number, value: number): Buffer => attribute(type, u32(value));

export function u16Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return attribute(type, bytes);
}

export const u8Attribute = (type: number, value: number): Buffer => attribute(type, Buffer.from([value]));

/** The attributes of a message. */
export interface Attributes {
  /** Of a type that comes twice the last value; undefined: there is none. */
  get(type: number): Buffer | undefined;
}

/** Those from `offset` to the end. Of a link the kernel tells dozens, of which few are asked for: so they are gone through
 *  once, and what is asked for alone is cut out. */
export function readAttributes(bytes: Buffer, offset = 0): Attributes {
  const placeByType: number[] = [];
  for (let at = offset; at + headerBytes <= bytes.length; ) {
    const length = u16At(bytes, at);
    if (length < headerBytes) break;
    placeByType[u16At(bytes, at + 2) & typeMask] = at;
    at += (length + 3) & ~3;
  }
  return {
    get: (type) => {
      const at = placeByType[type];
      return at === undefined ? undefined : bytes.subarray(at + headerBytes, at + u16At(bytes, at));
    },
  };
}

/** Buffer's own reading checks what was checked here already. */
const u16At = (bytes: Buffer, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

export const readU32 = (value: Buffer | undefined): number | undefined => value?.readUInt32LE(0);

/** Text up to its zero byte. */
export function readText(value: Buffer | undefined): string | undefined {
  const end = value?.indexOf(0) ?? -1;
  return value?.toString("utf8", 0, end < 0 ? value.length : end);
}
