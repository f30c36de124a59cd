import type { SettingEntry, Settings } from '../base/settings.ts';
import { detectingSettings } from './detecting/settings.ts';

/** All archived days lie below it in both object stores, in folders of days. Here, since whoever moves stores needs it and not the network. */
export const ARCHIVE_PREFIX = 'flows/';

export const networkSettings = {
  ...detectingSettings,
  networkFlows: {
    unit: 'count',
    default: 1_000_000,
    min: 1000,
    max: 8_000_000,
    reason:
      'Flows that are open at once, 192 bytes each where they are used; beyond it the one that would end first is written early.',
  },
  networkTcpAttemptMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: 600_000,
    reason: 'How long a TCP connection waits for its first answer before it counts as an attempt, as in Zeek.',
  },
  networkTcpCloseMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: 600_000,
    reason: 'How long late packets of a TCP connection that ended still belong to it, as in Zeek.',
  },
  networkTcpInactivityMs: {
    unit: 'ms',
    default: 300_000,
    min: 1000,
    max: 86_400_000,
    reason: 'A TCP connection that is silent for so long has ended, as in Zeek.',
  },
  networkUdpInactivityMs: {
    unit: 'ms',
    default: 60_000,
    min: 1000,
    max: 86_400_000,
    reason: 'Datagrams between the same ports that are further apart make two flows, as in Zeek.',
  },
  networkOtherInactivityMs: {
    unit: 'ms',
    default: 60_000,
    min: 1000,
    max: 86_400_000,
    reason: 'The same for ICMP and for protocols without ports, as in Zeek.',
  },
  networkPartialMs: {
    unit: 'ms',
    default: 3_600_000,
    min: 1000,
    max: 86_400_000,
    reason: 'A flow that goes on for so long is written with what it has so far, and again after each such time.',
  },
  networkFragments: {
    unit: 'count',
    default: 4096,
    min: 16,
    max: 1_000_000,
    reason: 'Fragmented packets that are remembered; a host that is flooded with fragments forgets the oldest.',
  },
  networkFragmentMs: {
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 300_000,
    reason: 'How long the fragments of one packet may be apart; Linux itself gives up after 30 seconds.',
  },
  networkFragmentBytes: {
    unit: 'bytes',
    default: 4 * 2 ** 20,
    min: 65_536,
    max: 2 ** 30,
    reason:
      'What all fragments carry that wait to be put together, as much as Linux itself holds for them; beyond it the oldest are counted, and what they carry is not read.',
  },
  networkTunnelDepth: {
    unit: 'count',
    default: 4,
    min: 0,
    max: 16,
    reason: 'Tunnels inside of each other that are looked into; real networks have one or two.',
  },
  networkSessions: {
    unit: 'count',
    default: 32_768,
    min: 16,
    max: 1_000_000,
    reason:
      'Flows whose protocol is being read at once, about a kilobyte each, which counts for HOLDFAST_NETWORK_STREAMS_BYTES; beyond either the oldest is left, with what is known of it.',
  },
  networkStreamBytes: {
    unit: 'bytes',
    default: 131_072,
    min: 4096,
    max: 16_777_216,
    reason:
      'What is kept of one direction of a connection: an unfinished message, and segments that came before their turn. Chains of certificates take 4 to 16 KiB.',
  },
  networkStreamsBytes: {
    unit: 'bytes',
    default: 33_554_432,
    min: 1_048_576,
    max: 4_294_967_296,
    reason:
      'The same of all connections together, and a kilobyte for each that is read: 10,000 unfinished messages at once. Beyond it those that began first are left, with what is known of them.',
  },
  networkBatchMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: 600_000,
    reason: 'How long flows that ended while packets come live may wait before they are stored or sent.',
  },
  networkSnapBytes: {
    unit: 'bytes',
    default: 4096,
    min: 96,
    max: 262_144,
    reason:
      'What is taken of a packet that comes live: what a protocol says of itself stands at its beginning, and the rest is only counted.',
  },
  networkBufferKib: {
    unit: 'KiB',
    default: 32 * 1024,
    min: 1024,
    max: 1024 * 1024,
    reason: 'Packets that the system keeps while a live capture is busy; what comes beyond is dropped, and counted.',
  },
  networkBlockAutomaticMs: {
    unit: 'ms',
    default: 0,
    min: 0,
    max: 30 * 86_400_000,
    reason:
      'For how long network capture --keep blocks who guesses passwords from outside; 0, and nobody is blocked unless a person says so: whoever shares an address with many would take them along.',
  },
  networkBlockMostMs: {
    unit: 'ms',
    default: 30 * 86_400_000,
    min: 60_000,
    max: 365 * 86_400_000,
    reason:
      'An address is blocked for so long at most: addresses change hands, and a block that nobody remembers hits whoever has it then.',
  },
  networkKeptMs: {
    unit: 'ms',
    default: 30 * 86_400_000,
    min: 3_600_000,
    max: 10 * 365 * 86_400_000,
    reason: 'Flows go a day after they were stored so long ago; most break-ins are noticed within weeks.',
  },
  networkStoreBytes: {
    unit: 'bytes',
    default: 10 * 2 ** 30,
    min: 64 * 2 ** 20,
    max: 2 ** 50,
    reason:
      'Flows take no more: the oldest go, in pieces of a sixteenth. A hundred million flows in files; in MongoDB documents count as they are before it packs them, and their indexes come on top.',
  },
  networkArchivedMs: {
    unit: 'ms',
    default: 0,
    min: 0,
    max: 100 * 365 * 86_400_000,
    reason:
      'How long days of flows that are over lie encrypted in both object stores as well; 0, and none are put there: they take room, and many may not keep what people did for long.',
  },
  networkMongoTtl: {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    reason:
      '1: in MongoDB an index removes what is kept no longer also while no server of Holdfast runs; 0 leaves it to the server, where the setting can be raised again before anything is gone.',
  },
  networkClockOffMs: {
    unit: 'ms',
    default: 120_000,
    min: 1000,
    max: 86_400_000,
    reason: 'The times of a host whose clock is off by more are moved to those of the server; as for its reports.',
  },
  networkSweepMs: {
    unit: 'ms',
    default: 600_000,
    min: 1000,
    max: 86_400_000,
    reason: 'How often what is kept no longer is looked for.',
  },
  networkCaptureBytes: {
    unit: 'bytes',
    default: 2 ** 30,
    min: 2 ** 20,
    max: 2 ** 40,
    reason: 'How large a capture may be that an admin uploads: it is read as it comes, and is not kept.',
  },
  networkPostBytes: {
    unit: 'bytes',
    default: 16 * 2 ** 20,
    min: 2 ** 20,
    max: 2 ** 28,
    reason: 'How large a batch of an agent may be, unpacked: 10,000 flows take six megabytes.',
  },
} as const satisfies Record<string, SettingEntry>;

export type NetworkSettings = Settings<typeof networkSettings>;
