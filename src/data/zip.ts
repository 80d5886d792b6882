/**
 * Zip archives, as far as .npz files need them: the central directory, members stored or deflated.
 *
 * Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 */

import { type HarmoniumError, refuse } from "../errors.js";
import { byteView } from "./binary.js";
import { crc32 } from "./crc32.js";
import { inflateHead, LARGEST_OUTPUT } from "./inflate.js";

export interface ZipMember {
  readonly name: string;
  /** Compression method: 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header starts. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_LENGTH = 22;
const CENTRAL_LENGTH = 46;
const LOCAL_LENGTH = 30;
/** Deflate makes at most 258 bytes of 2 bits: no stream grows more than 1032-fold (plus its last block's remainder). */
const LARGEST_GROWTH = 1032;

/** Whether the bytes start as a zip archive does: PK. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * The members of a zip archive, from its central directory.
 *
 * @throws HarmoniumError "format" when the directory is missing, cut short or points outside the file; "unsupported"
 *   for zip64
 */
export function readZipDirectory(bytes: Uint8Array, name: string): ZipMember[] {
  const view = viewOf(bytes);
  const end = findEnd(view);
  if (end < 0) throw damaged(name, "no end of a zip directory");
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) {
    throw refuse("unsupported", {
      who: name,
      got: "a zip archive in the zip64 form",
      expected: "one of less than 4 GiB and 65,535 members",
      wayOut: "Save the array with numpy.save as a .npy file.",
    });
  }
  const members: ZipMember[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_LENGTH > end || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
      throw damaged(name, `no entry ${i + 1} of ${count} in the zip directory`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const next = at + CENTRAL_LENGTH + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged(name, `a zip directory whose entry ${i + 1} passes its end`);
    members.push(readMember(bytes, view, at, nameLength));
    at = next;
  }
  return members;
}

function readMember(bytes: Uint8Array, view: DataView, at: number, nameLength: number): ZipMember {
  return {
    name: new TextDecoder().decode(bytes.subarray(at + CENTRAL_LENGTH, at + CENTRAL_LENGTH + nameLength)),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    compressedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
}

/** Offset of the end-of-directory record, whose comment (at most 65,535 bytes) ends the file; −1 without one. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (
      view.getUint32(at, true) === END_SIGNATURE &&
      at + END_LENGTH + view.getUint16(at + 20, true) === view.byteLength
    ) {
      return at;
    }
  }
  return -1;
}

/**
 * The first `length` bytes of a member, or all where there are fewer; the checksum is not tested.
 *
 * @throws HarmoniumError as {@link readZipMember}
 */
export async function readZipMemberHead(
  bytes: Uint8Array,
  member: ZipMember,
  who: string,
  length: number,
): Promise<Uint8Array> {
  const packed = packedBytes(bytes, member, who);
  if (member.method === 0) return packed.subarray(0, length);
  return inflateHead(packed, "deflate-raw", who, length);
}

/**
 * A member's bytes: a view on the archive where it is stored, unpacked where it is deflated.
 *
 * @throws HarmoniumError "format" when the size or the CRC-32 is not the directory's, or the data are damaged;
 *   "unsupported" when it is encrypted or compressed otherwise; "size" above 2 GiB
 */
export async function readZipMember(bytes: Uint8Array, member: ZipMember, who: string): Promise<Uint8Array> {
  const packed = packedBytes(bytes, member, who);
  if (member.size > LARGEST_OUTPUT) {
    throw refuse("size", {
      who,
      got: `a member that unpacks to ${member.size} bytes`,
      expected: `at most ${LARGEST_OUTPUT}`,
      wayOut: "Save fewer cases, or a smaller type such as uint8.",
    });
  }
  // One byte more than promised is enough to tell that there are more.
  const unpacked = member.method === 0 ? packed : await inflateHead(packed, "deflate-raw", who, member.size + 1);
  if (unpacked.length !== member.size) {
    const got = unpacked.length > member.size ? "more" : unpacked.length;
    throw damaged(who, `${got} bytes where the zip directory says ${member.size}`);
  }
  if (crc32(unpacked) !== member.crc) throw damaged(who, "bytes whose CRC-32 is not that in the zip directory");
  return unpacked;
}

function packedBytes(bytes: Uint8Array, member: ZipMember, who: string): Uint8Array {
  const { method, offset, compressedSize, size } = member;
  if (member.encrypted || (method !== 0 && method !== 8)) {
    throw refuse("unsupported", {
      who,
      got: member.encrypted ? "an encrypted member of a zip archive" : `zip compression method ${method}`,
      expected: "a member that is stored or deflated",
      wayOut: "Write the archive with numpy.savez or numpy.savez_compressed.",
    });
  }
  const view = viewOf(bytes);
  if (offset + LOCAL_LENGTH > bytes.length || view.getUint32(offset, true) !== LOCAL_SIGNATURE) {
    throw damaged(who, `no zip member at byte ${offset}`);
  }
  const start = offset + LOCAL_LENGTH + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + compressedSize > bytes.length) throw damaged(who, "a zip member that passes the end of the file");
  const largest = method === 0 ? compressedSize : (compressedSize + 1) * LARGEST_GROWTH;
  if (size > largest || (method === 0 && size !== compressedSize)) {
    throw damaged(who, `${compressedSize} bytes in the archive said to unpack to ${size}`);
  }
  return byteView(bytes, start, compressedSize);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(who: string, got: string): HarmoniumError {
  return refuse("format", {
    who,
    got,
    expected: "a whole zip archive",
    wayOut: "The file is damaged or cut short: fetch or write it again.",
  });
}
