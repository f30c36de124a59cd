import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type CaptureInput, openCaptureStream, unreadable } from '../capture/capture-input.ts';
import { networkErrors } from '../errors.ts';
import { findCaptureTool } from './capture-tool.ts';
import { capturedOutput } from './captured-output.ts';
import { toolEnvironment } from './tool-environment.ts';
import { reasonOf } from './tool-words.ts';

/**
 * A capture without the packets that do not match, by tcpdump: `source` is the path of a file, or what a pipe gives. Throws
 * `network_capture_unreadable`, `network_capture_tool_missing`; where the filter is none, reading throws `network_filter_invalid`, and at
 * the end `network_capture_damaged` of a capture that is.
 */
export async function openFilteredCapture(
  source: string | AsyncIterable<Uint8Array>,
  name: string,
  filter: string,
): Promise<CaptureInput> {
  const { path } = findCaptureTool(undefined, ['tcpdump']);
  await using file =
    typeof source === 'string'
      ? await open(source).catch((cause: Error) => {
          throw unreadable(name, cause);
        })
      : null;
  const child = spawn(path, ['-n', '-r', '-', '-w', '-', '--', filter], {
    stdio: [file ? file.fd : 'pipe', 'pipe', 'pipe'],
    env: toolEnvironment(),
    cwd: '/',
  });
  // It ends early where the filter is none: what is still to come is not for it then.
  if (child.stdin && typeof source !== 'string') pipeline(source, child.stdin).catch(() => undefined);
  let said = '';
  let isEmpty = true;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8192)));
  const ended = once(child, 'close').catch((cause: Error) => void (said += cause.message));
  const output = capturedOutput(child.stdout!);
  const input = openCaptureStream(output as AsyncIterable<Uint8Array>, name);
  return {
    ...input,
    async read(into, at) {
      const bytes = await input.read(into, at);
      if (bytes > 0) isEmpty = false;
      else await ended;
      if (bytes === 0 && child.exitCode !== 0) {
        const attempted = `Use the filter “${filter.slice(0, 200)}” on “${name}”`;
        const code = isEmpty ? 'network_filter_invalid' : 'network_capture_damaged';
        throw networkErrors(code, { attempted, detail: `tcpdump: ${reasonOf(said)}` });
      }
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      output.destroy();
      await ended;
      await input[Symbol.asyncDispose]();
    },
  };
}
