import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { networkErrors } from '../errors.ts';
import { type CaptureInput, openCaptureStream } from '../capture/capture-input.ts';
import { captureArguments, type CaptureChoice } from './capture-arguments.ts';
import { type CaptureTool, findCaptureTool } from './capture-tool.ts';
import { capturedOutput } from './captured-output.ts';
import { checkChoice } from './check-choice.ts';
import { toolEnvironment, unprivilegedUser } from './tool-environment.ts';
import { withoutRights } from './without-rights.ts';
import { droppedBy, hasBegun, reasonOf } from './tool-words.ts';

export interface LiveCapture extends CaptureInput {
  /** Which program captures. */
  readonly tool: string;
  /** Packets that the system threw away since the beginning, as far as the program has told. */
  dropped(): number;
  /** Until the capture ends nobody knows of any: the program tells of them with its last words alone. */
  readonly tellsDropsLast: boolean;
  /** Asks it to end; what it has until then still comes. */
  readonly stop: () => void;
  /** Why it ended without being asked to; `null`: it was asked, or it runs. For whoever has read to the end. */
  failure(): string | null;
}

export interface LiveOptions {
  /** Default: {@link findCaptureTool}. */
  readonly tool?: CaptureTool;
  /** Hears each piece of the capture as it comes, and may take its time. */
  readonly onBytes?: (bytes: Uint8Array) => Promise<void>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const BEGIN_MS = 10_000;
/** How long it may take over its last packets. */
const ENDING_MS = 2000;
const COUNT_EVERY_MS = 2000;
/** Of what it says; counts come again and again. */
const MOST_SAID = 8192;

/**
 * Packets of an interface, by a program of its own that has the right to see them and gives up all others. It ends with this process,
 * however that ends: nobody reads what it writes then. Throws what {@link checkChoice} throws, and `network_capture_tool_missing`.
 */
export async function startCapture(
  choice: CaptureChoice,
  { tool = findCaptureTool(), onBytes }: LiveOptions = {},
): Promise<LiveCapture> {
  await checkChoice(tool, choice);
  const [path, words] = withoutRights(tool, captureArguments(tool.name, choice, unprivilegedUser()));
  const child: Child = spawn(path, words, { stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment(), cwd: '/' });
  const output = capturedOutput(child.stdout);
  let said = '';
  let wasAsked = false;
  let hasEnded = false;
  const told = Promise.withResolvers<void>();
  const ended = once(child, 'close').then(
    () => undefined,
    (cause: Error) => void (said += `\n${cause.message}`),
  );
  void ended.then(() => {
    hasEnded = true;
    told.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = lastLines(said + text);
    if (hasBegun(said)) told.resolve();
  });
  const waiting = setTimeout(told.resolve, BEGIN_MS);
  await told.promise;
  clearTimeout(waiting);
  if (hasEnded || !hasBegun(said)) {
    child.kill('SIGKILL');
    const detail = `${tool.name}: ${reasonOf(said) || 'it did not begin'}`;
    throw networkErrors('network_capture_refused', { attempted: `Capture on ${choice.interface}`, detail });
  }
  // It prints its counts when it is asked to; dumpcap would end of it, and tells them at its end.
  const counting =
    tool.name === 'tcpdump' ? setInterval(() => child.kill('SIGUSR1'), COUNT_EVERY_MS).unref() : undefined;
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    wasAsked = true;
    child.kill('SIGINT');
    killing ??= setTimeout(() => child.kill('SIGKILL'), ENDING_MS).unref();
  };
  const input = openCaptureStream(heard(output, onBytes), choice.interface);
  return {
    ...input,
    tool: tool.name,
    dropped: () => droppedBy(said) ?? 0,
    tellsDropsLast: tool.name === 'dumpcap',
    stop,
    failure: () => {
      if (wasAsked || !hasEnded) return null;
      return reasonOf(said) || `it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`;
    },
    async read(into, at) {
      const bytes = await input.read(into, at);
      // Its last words say how many packets were dropped.
      if (bytes === 0) await ended;
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(counting);
      stop();
      output.destroy();
      await ended;
      clearTimeout(killing);
      await input[Symbol.asyncDispose]();
    },
  };
}

async function* heard(stream: Readable, onBytes: LiveOptions['onBytes']): AsyncGenerator<Uint8Array> {
  for await (const bytes of stream as AsyncIterable<Uint8Array>) {
    await onBytes?.(bytes);
    yield bytes;
  }
}

/** The end of it, from where a line begins. */
function lastLines(text: string): string {
  if (text.length <= MOST_SAID) return text;
  const end = text.slice(-MOST_SAID);
  return end.slice(end.indexOf('\n') + 1);
}
