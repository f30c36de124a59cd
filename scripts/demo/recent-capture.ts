/** The recorded capture as if it had been taken ten minutes ago: a server forgets old flows, and shows the latest first. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const CAPTURE = join(import.meta.dirname, 'capture.pcap');

const AGO_S = 600;
/** Of the file, and of each packet in it (pcap, little-endian, microseconds). */
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

export async function recentCapture(nowMs: number): Promise<Buffer> {
  const bytes = await readFile(CAPTURE);
  const later = Math.floor(nowMs / 1000) - AGO_S - bytes.readUInt32LE(FILE_HEADER);
  for (let at = FILE_HEADER; at + PACKET_HEADER <= bytes.length; at += PACKET_HEADER + bytes.readUInt32LE(at + 8)) {
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + later, at);
  }
  return bytes;
}
