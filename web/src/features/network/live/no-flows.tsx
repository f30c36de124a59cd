import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconNetworkOff from '@tabler/icons-react/icons/IconNetworkOff';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import type { NetworkOverview } from '../api.ts';
import { Moment } from '../bits.tsx';
import { around, type RangeSearch } from '../range.ts';
import styles from './live.module.css';

/** Nothing was ever stored: what will be here, and two ways to begin. */
export function NothingWatches() {
  return (
    <div className={styles.begin}>
      <Empty icon={<IconNetworkOff size={40} stroke={1.3} />} title="Nothing watches the network yet">
        <p>
          Who spoke with whom will be here, how much, in which protocols, and what is odd about it: scans, guessed
          passwords, data that leaves. Until something watches, this says nothing about how quiet the network is.
        </p>
      </Empty>
      <ol className={styles.ways}>
        <li>
          <h2>On this server, or on another host</h2>
          <p>
            The agent of a host watches too, and sends what it saw as flows, not as packets. Its token has to allow it:{' '}
            <Link to="/security/hosts">add a host</Link>.
          </p>
          <CommandLine
            label="Watch a host"
            command={`sudo holdfast agent --server ${location.origin} --token-file - --with host,network --state /var/lib/holdfast-agent`}
          />
        </li>
        <li>
          <h2>From a file</h2>
          <p>
            A capture in pcap or pcapng format, as tcpdump and Wireshark write it: choose “Read a capture” above. It is
            read here and not kept; its flows are.
          </p>
        </li>
      </ol>
    </div>
  );
}

export interface QuietTimeProps {
  readonly usage: NetworkOverview['usage'];
  readonly onRange: (range: RangeSearch) => void;
}

/** Flows are stored, but none of this time. */
export function QuietTime({ usage: { oldest, newest }, onRange }: QuietTimeProps) {
  return (
    <Empty icon={<IconNetworkOff size={40} stroke={1.3} />} title="No flow of this time is stored">
      {oldest !== null && newest !== null && (
        <>
          <p>
            What is stored goes from <Moment>{oldest}</Moment> to <Moment>{newest}</Moment>.
          </p>
          <Button variant="default" onClick={() => onRange(around(oldest, newest))}>
            Show all of it
          </Button>
        </>
      )}
    </Empty>
  );
}
