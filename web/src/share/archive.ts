// Zip archives of sources: written with the files stored as they are, read whether stored or deflated, which is what
// every program writes. Start at `zip` and `unzip`.

import type { SourceText } from "../client/workspace";

/** What a file or a link may unpack to, in bytes; a small one could otherwise unpack to gigabytes. */
const LONGEST = 4 * 1024 * 1024;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** The end of an archive without a comment, in bytes, and the longest comment. */
const END_SIZE = 22;
const COMMENT = 0xffff;
/** In the flags of an entry: its name is UTF-8. */
const UTF8 = 0x800;
/** 1 January 1980, so that the same sources are the same bytes. */
const DATE = 0x21;

/** Sources as an archive. */
export function zip(sources: readonly SourceText[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { path, text } of sources) {
    const name = new TextEncoder().encode(path);
    const bytes = new TextEncoder().encode(text);
    // Version, flags, method, time, date, checksum, both sizes, length of the name, no extras: the same in both heads.
    const facts: Field[] = [[2, 20], [2, UTF8], [2, 0], [2, 0], [2, DATE], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
    const head = record([[4, LOCAL], ...facts]);
    central.push(record([[4, CENTRAL], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), name);
    parts.push(head, name, bytes);
    at += head.length + name.length + bytes.length;
  }
  const size = central.reduce((sum, { length }) => sum + length, 0);
  const count: Field = [2, sources.length];
  const end = record([[4, END], [2, 0], [2, 0], count, count, [4, size], [4, at], [2, 0]]);
  return new Blob([...parts, ...central, end], { type: "application/zip" });
}

/** The files of an archive whose paths are wanted. Throws where it is none, or a broken one. */
export async function unzip(archive: ArrayBuffer, wanted: (path: string) => boolean): Promise<{ path: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  // A view throws when it is read beyond its end, which is what happens with whatever is broken.
  const view = new DataView(archive);
  let end = archive.byteLength - END_SIZE;
  while (end >= 0 && end >= archive.byteLength - END_SIZE - COMMENT && view.getUint32(end, true) !== END) end--;
  let at = view.getUint32(end + 16, true);
  const files: { path: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  let room = LONGEST;
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Error("the archive is broken");
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const name = view.getUint16(at + 28, true);
    const others = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const local = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(new Uint8Array(archive, at + 46, name));
    at += 46 + name + others;
    if (!wanted(path)) continue;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = new Uint8Array(archive, start, size);
    if (method !== 0 && method !== 8) throw new Error("the archive is packed in an unknown way");
    const bytes = method === 8 ? await inflate(packed, room) : packed;
    room -= bytes.length;
    if (room < 0) throw new Error("the archive unpacks to too much");
    files.push({ path, bytes });
  }
  return files;
}

/** Deflated bytes as they were; throws where they are broken, or are more than `most`. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, most = LONGEST): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    length += value.length;
    if (length > most) throw new Error("it unpacks to too much");
    parts.push(value as Uint8Array<ArrayBuffer>);
  }
}

/** A number of a record, after the bytes that it takes. */
type Field = [2 | 4, number];

/** Numbers as the bytes of a head. */
function record(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** The checksum of zip, IEEE 802.3. */
function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
