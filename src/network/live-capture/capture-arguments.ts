import type { CaptureTool } from './capture-tool.ts';

export interface CaptureChoice {
  /** As the system names it, or `any`. */
  readonly interface: string;
  /** In the language of pcap-filter(7); `null`: every packet. */
  readonly filter: string | null;
  readonly snapBytes: number;
  readonly bufferKib: number;
}

/** Words for the tool: no shell sees them. `user`: whom tcpdump becomes once it has opened the interface; `null`: it is nobody else already. */
export function captureArguments(tool: CaptureTool['name'], choice: CaptureChoice, user: string | null): string[] {
  const { interface: device, filter, snapBytes, bufferKib } = choice;
  const snap = ['-s', String(snapBytes)];
  if (tool === 'dumpcap') {
    const buffer = ['-B', String(Math.ceil(bufferKib / 1024))];
    return ['-q', '-P', '-i', device, ...snap, ...buffer, '-w', '-', ...(filter === null ? [] : ['-f', filter])];
  }
  const become = user === null ? [] : ['-Z', user];
  const buffer = ['-B', String(bufferKib)];
  return ['-n', '-U', '-i', device, ...snap, ...buffer, ...become, '-w', '-', ...afterOptions(filter)];
}

/** For a look at whether the filter is one: it is compiled for the interface, and nothing is captured. */
export function checkArguments(
  tool: CaptureTool['name'],
  { interface: device, filter }: Pick<CaptureChoice, 'interface' | 'filter'>,
): string[] {
  if (tool === 'dumpcap') return ['-d', '-i', device, ...(filter === null ? [] : ['-f', filter])];
  return ['-d', '-i', device, ...afterOptions(filter)];
}

/** A filter that looks like an option stays a filter. */
function afterOptions(filter: string | null): string[] {
  return filter === null ? [] : ['--', filter];
}
