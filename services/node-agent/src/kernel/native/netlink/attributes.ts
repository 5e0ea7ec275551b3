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

/** Those from `offset` to the end. Of a link the kernel tells dozens, of which few are asked for: so each is looked for when it is. */
export const readAttributes = (bytes: Buffer, offset = 0): Attributes => ({
  get: (type) => {
    let value: Buffer | undefined;
    for (let at = offset; at + headerBytes <= bytes.length; ) {
      const length = bytes.readUInt16LE(at);
      if (length < headerBytes) break;
      if ((bytes.readUInt16LE(at + 2) & typeMask) === type) value = bytes.subarray(at + headerBytes, at + length);
      at += (length + 3) & ~3;
    }
    return value;
  },
});

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

export const readU32 = (value: Buffer | undefined): number | undefined => value?.readUInt32LE(0);

/** Text up to its zero byte. */
export const readText = (value: Buffer | undefined): string | undefined =>
  value?.toString("utf8").replace(/\0.*$/s, "");
