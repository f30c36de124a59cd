import { execFile } from 'node:child_process';
import { HoldfastError } from '../../base/errors.ts';
import { networkErrors } from '../errors.ts';
import { type CaptureChoice, checkArguments } from './capture-arguments.ts';
import { toolEnvironment } from './tool-environment.ts';
import type { CaptureTool } from './capture-tool.ts';
import { missingInterface } from './interfaces.ts';
import { reasonOf } from './tool-words.ts';

/** Names of devices as systems give them; none of them looks like an option. */
const INTERFACE = /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,62}$/;
const MOST_FILTER = 4096;
const CHECK_MS = 10_000;

/**
 * Has the tool itself look at interface and filter before anything is captured. Throws `network_interface_invalid`,
 * `network_interface_missing`, `network_filter_invalid` and `network_capture_refused`.
 */
export async function checkChoice(tool: CaptureTool, choice: Pick<CaptureChoice, 'interface' | 'filter'>) {
  const { interface: device, filter } = choice;
  if (!INTERFACE.test(device))
    throw networkErrors('network_interface_invalid', { attempted: `Capture on “${device}”` });
  // Whether the interface can be had is said without the filter: what is left then is the filter's fault.
  try {
    await compiled(tool, { interface: device, filter: null }, 'network_capture_refused', `Capture on ${device}`);
  } catch (error) {
    // Who may not capture at all is told so: the tool has not looked for the interface then.
    if (error instanceof HoldfastError && /permission|not permitted/i.test(error.detail ?? '')) throw error;
    throw (await missingInterface(tool, device)) ?? error;
  }
  if (filter === null) return;
  const attempted = `Use the filter “${filter.slice(0, 200)}”`;
  if (filter.length > MOST_FILTER || filter.includes('\0')) {
    const detail = `it may have ${MOST_FILTER} characters, and no NUL`;
    throw networkErrors('network_filter_invalid', { attempted, detail });
  }
  await compiled(tool, choice, 'network_filter_invalid', attempted);
}

async function compiled(
  tool: CaptureTool,
  choice: Pick<CaptureChoice, 'interface' | 'filter'>,
  code: 'network_capture_refused' | 'network_filter_invalid',
  attempted: string,
): Promise<void> {
  const words = checkArguments(tool.name, choice);
  const options = { timeout: CHECK_MS, env: toolEnvironment(), maxBuffer: 2 ** 24 };
  await new Promise<void>((resolve, reject) => {
    execFile(tool.path, words, options, (error, _out, said) => {
      // dumpcap says that a filter is none, and ends as though it were one.
      if (error === null && !/Invalid capture filter/.test(said)) return resolve();
      const detail = reasonOf(said) || (error?.message ?? 'it said nothing');
      reject(networkErrors(code, { attempted, detail: `${tool.name}: ${detail}` }));
    }).stdin?.end();
  });
}
