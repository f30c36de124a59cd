/**
 * 100,000 packets in a second, live: tcpreplay sends a capture over a wire between two network namespaces, and
 * `holdfast network capture` makes flows of it, tcpdump and all, on one core. No packet is dropped, and all are counted.
 */
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openWire } from '../test/support/network/live-wire.ts';
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

interface Round {
  readonly sentPerSecond: number;
  readonly packets: number;
  readonly dropped: number;
  readonly load: number;
}

async function round(folder: string, capture: string): Promise<Round> {
  await using wire = await openWire();
  const { child, ended } = await wire.capture(['-i', 'wire0', '--filter', 'tcp'], folder, ['taskset', '-c', '0']);
  // What it needs at its start is there before the first packet.
  await wait(1000);
  const sender = wire.begin(
    'taskset',
    '-c',
    String(cpus().length - 1),
    'tcpreplay',
    '-q',
    '-K',
    '-i',
    'wire1',
    `--pps=${RATE}`,
    capture,
  );
  let said = '';
  sender.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(sender, 'close');
  await wait(2000);
  child.kill('SIGINT');
  const { stdout, stderr } = await ended;
  if (stdout === '') throw new Error(stderr);
  const number = (pattern: RegExp): number => Number((pattern.exec(stdout)?.[1] ?? '0').replaceAll(',', ''));
  const [packets, dropped] = [number(/^Packets +([\d,]+)$/m), number(/^([\d,]+) packets? w\S+ dropped/m)];
  const sentPerSecond = Number(/([\d.]+) pps/.exec(said)?.[1] ?? Number.NaN);
  return { sentPerSecond, packets, dropped, load: loadavg()[0] ?? 0 };
}

async function measure(folder: string): Promise<Measured> {
  const absent = PROGRAMS.filter((path) => !existsSync(path));
  if (absent.length > 0) throw new Error(`${absent.join(', ')} missing: npm run services:install -- tshark tcpreplay`);
  const capture = join(folder, 'traffic.pcap');
  writeTraffic(capture, PACKETS, FLOWS);
  const lines: Line[] = [];
  for (let number = 1; number <= Number(values.rounds); number += 1) {
    const { sentPerSecond, packets, dropped, load } = await round(folder, capture);
    const ok = dropped === 0 && packets === PACKETS && sentPerSecond >= RATE * 0.95;
    lines.push({
      what: `round ${number}: ${Math.round(sentPerSecond).toLocaleString('en')} packets/s sent, load ${load.toFixed(1)}`,
      measured: `${packets.toLocaleString('en')} of ${PACKETS.toLocaleString('en')} packets, ${dropped} dropped`,
      budget: `all, 0 dropped, at ${RATE.toLocaleString('en')} packets/s`,
      ok,
    });
  }
  return {
    title: 'packets that come live, without a drop, on one core',
    lines,
    peers: ['tcpreplay 4.4 (Debian) sends'],
    notes: [
      'The analyser and tcpdump share one core; the sender has another. Packets are full ones of Ethernet, IPv4 and TCP, and protocols are read.',
    ],
  };
}

await claim('network-live', measure);
