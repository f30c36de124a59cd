/** A capture on its way to the server, which reads it as it comes. */
import { formatSize } from '../../../base/text/format.ts';
import { ApiError, type Problem, unreachable } from '../../../base/requests/problem.ts';
import { sendBody, type SendingWatch } from '../../../base/requests/send-body.ts';
import type { CaptureReply } from '../api.ts';

export interface Capture {
  readonly file: File;
  /** What it is called from then on. */
  readonly name: string;
}

/** Refuses what the server would refuse before any of it is sent. Throws {@link ApiError}, and an AbortError. */
export async function sendCapture(
  { file, name }: Capture,
  mostBytes: number,
  watch: SendingWatch,
): Promise<CaptureReply> {
  if (file.size > mostBytes) throw new ApiError(tooLarge(file.size, mostBytes));
  return await sendBody(`/network/captures?${new URLSearchParams({ name })}`, file, {
    ...watch,
    headers: { 'content-type': 'application/octet-stream', accept: 'application/json' },
    broke: () => broke,
  });
}

const broke: Problem = {
  ...unreachable,
  remedy: 'Check the connection, then look under Flows what of it is stored, before you read it again.',
};

function tooLarge(bytes: number, mostBytes: number): Problem {
  return {
    code: 'network_upload_too_large',
    status: 413,
    title: 'The capture is larger than what is taken',
    detail: `it has ${formatSize(bytes)}, and ${formatSize(mostBytes)} are taken; nothing was sent`,
    remedy:
      'Cut it into smaller ones, for instance with editcap -c 1000000 LARGE.pcap PART.pcap, or read it on the server: holdfast network read -r FILE',
  };
}

/** What a capture is called when nobody says otherwise: its file, without what a name may not hold. */
export function captureName(fileName: string): string {
  return fileName
    .replace(/\.(pcapng|pcap|cap|log|log\.gz)$/i, '')
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .trim()
    .slice(0, 100);
}
