/** The result file of an archive on its way to the server. */
import type { ImportReply } from '../../../../../src/host/wire.ts';
import { formatSize } from '../../../base/text/format.ts';
import { ApiError, type Problem, unreachable } from '../../../base/requests/problem.ts';
import { sendBody, type SendingWatch } from '../../../base/requests/send-body.ts';

export type { ImportReply };

/** Refuses what the server would refuse before any of it is sent. Throws {@link ApiError}, and an AbortError. */
export async function sendResult(file: File, mostBytes: number, watch: SendingWatch): Promise<ImportReply> {
  if (file.size > mostBytes) throw new ApiError(tooLarge(file.size, mostBytes));
  return await sendBody('/hosts/imports', file, {
    ...watch,
    headers: { 'content-type': 'application/octet-stream', accept: 'application/json' },
    broke: () => broke,
  });
}

const broke: Problem = {
  ...unreachable,
  remedy: 'Check the connection, then import it again. If it was taken meanwhile, a second time changes nothing.',
};

function tooLarge(bytes: number, mostBytes: number): Problem {
  return {
    code: 'host_result_too_large',
    status: 413,
    title: 'The file is larger than what is taken',
    detail: `it has ${formatSize(bytes)}, and ${formatSize(mostBytes)} are taken; nothing was sent`,
    remedy:
      'Choose the result file, which is not the archive itself. If it is that one, make an archive of fewer checks: holdfast host scan --bundle FILE --skip PATTERN',
  };
}
