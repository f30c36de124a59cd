/** How large a picture is once it is unpacked, read from its head: a few bytes can say that it takes gigabytes. */
import { letters, type ShownType } from './shown-type.ts';

export interface PictureSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** `null` where the head does not say it. */
export function pictureSize(bytes: Uint8Array, type: ShownType): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (type) {
      // PNG, section 11.2.1.
      case 'image/png':
        return { width: view.getUint32(16), height: view.getUint32(20) };
      // GIF89a, section 18.
      case 'image/gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case 'image/webp':
        return webpSize(bytes, view);
      case 'image/jpeg':
        return jpegSize(view);
      case 'application/pdf':
        return null;
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** RFC 9649, sections 2.5 to 2.7. */
function webpSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  switch (letters(bytes, 12, 16)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const packed = view.getUint32(21, true);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
    default:
      return null;
  }
}

/** ITU T.81, section B.2.2: the frame header stands behind segments that each say how long they are. */
function jpegSize(view: DataView): PictureSize | null {
  for (let at = 2; at < view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker >> 8 !== 0xff) return null;
    // SOF0 to SOF15, without the tables that lie between them (DHT, JPG, DAC).
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
