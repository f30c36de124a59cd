/**
 * 100,000 packets in a second, live: tcpreplay sends a capture over a wire between two network namespaces, and
 * `holdfast network capture` makes flows of it, tcpdump and all, on one core. No packet is dropped, and all are counted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { builtHoldfast } from './frame/built.ts';
import { openWire } from '../test/support/network/labs/live-wire.ts';
import { claim, type Measured } from './frame/claim.ts';
import type { Line } from './frame/lines.ts';
import { writeTraffic } from './network-flows/generate.ts';

const PROGRAMS = ['/usr/bin/tcpreplay', '/usr/bin/tcpdump', '/usr/bin/taskset'];
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
});
const RATE = Number(values.rate);
const PACKETS = 500_000;
const FLOWS = 4000;
/** It sends a little less than it is asked to. */
const ASKED = 1.03;

interface Round {
  readonly sentPerSecond: number;
  readonly packets: number;
  readonly dropped: number;
  /** Of the processor, by the analyser and tcpdump together. */
  readonly usedMs: number;
  readonly load: number;
}

async function round(folder: string, capture: string): Promise<Round> {
  await using wire = await openWire();
  const { child, ended, tool } = await wire.capture(['-i', 'wire0', '--filter', 'tcp'], folder, {
    ...{ before: ['taskset', '-c', '0'], program: [builtHoldfast()] },
  });
  // What it needs at its start is there before the first packet.
  await wait(1000);
  const cpuBefore = cpuMs(child.pid) + cpuMs(tool()?.pid);
  const sender = wire.begin(
    'taskset',
    '-c',
    String(cpus().length - 1),
    'tcpreplay',
    '-q',
    '-K',
    '-i',
    'wire1',
    `--pps=${Math.round(RATE * ASKED)}`,
    capture,
  );
  let said = '';
  sender.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(sender, 'close');
  await wait(2000);
  const usedMs = cpuMs(child.pid) + cpuMs(tool()?.pid) - cpuBefore;
  child.kill('SIGINT');
  const { stdout, stderr } = await ended;
  if (stdout === '') throw new Error(stderr);
  const number = (pattern: RegExp): number => Number((pattern.exec(stdout)?.[1] ?? '0').replaceAll(',', ''));
  const [packets, dropped] = [number(/^Packets +([\d,]+)$/m), number(/^([\d,]+) packets? w\S+ dropped/m)];
  const sentPerSecond = Number(/([\d.]+) pps/.exec(said)?.[1] ?? Number.NaN);
  return { sentPerSecond, packets, dropped, usedMs, load: loadavg()[0] ?? 0 };
}

/** Of a process that runs: proc_pid_stat(5), utime and stime. */
function cpuMs(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measure(folder: string): Promise<Measured> {
  const absent = PROGRAMS.filter((path) => !existsSync(path));
  if (absent.length > 0) throw new Error(`${absent.join(', ')} missing: npm run services:install -- tshark tcpreplay`);
  const capture = join(folder, 'traffic.pcap');
  writeTraffic(capture, PACKETS, FLOWS);
  const lines: Line[] = [];
  for (let number = 1; number <= Number(values.rounds); number += 1) {
    const { sentPerSecond, packets, dropped, usedMs, load } = await round(folder, capture);
    const ok = dropped === 0 && packets === PACKETS && sentPerSecond >= RATE;
    lines.push({
      what: `round ${number}: ${Math.round(sentPerSecond).toLocaleString('en')} packets/s sent, load ${load.toFixed(1)}`,
      measured: `${packets.toLocaleString('en')} of ${PACKETS.toLocaleString('en')} packets, ${dropped} dropped, ${((usedMs / ((PACKETS / sentPerSecond) * 1000)) * 100).toFixed(0)} % of the core`,
      budget: `all, 0 dropped, at ${RATE.toLocaleString('en')} packets/s`,
      ok,
    });
  }
  return {
    title: 'packets that come live, without a drop, on one core',
    lines,
    peers: ['tcpreplay 4.4 (Debian) sends'],
    notes: [
      'The analyser and tcpdump share one core; the sender has another. How much of the core they took is their processor time by the time it was sent in. Packets are full ones of Ethernet, IPv4 and TCP, and protocols are read.',
    ],
  };
}

await claim('network-live', measure);
