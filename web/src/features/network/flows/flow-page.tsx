import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import type { ReactNode } from 'react';
import { Foreign } from '../../../base/text/bits.tsx';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { counted, formatCount, formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { visible } from '../../../base/text/visible.ts';
import { AlertItem } from '../alerts/alert-item.tsx';
import alertStyles from '../alerts/alerts.module.css';
import { type FlowReply, flowOptions, type StoredFlow } from '../api.ts';
import { AddressLink, Moment } from '../bits.tsx';
import { endText } from '../end-text.ts';
import { SensorName } from '../live/sensors.tsx';
import { formatSpan } from '../moments.ts';
import { around } from '../range.ts';
import { serviceWords } from '../words.ts';
import styles from './flow-page.module.css';
import { LogFields } from './log-fields.tsx';
import { historySteps, protoWords, wordsOfEnd } from './state-words.ts';

/** One flow: who, how much, how it went letter by letter, and what was said in it. */
export function FlowPage() {
  const { uid } = useParams({ from: '/frame/security/network/flows/$uid' });
  const { data, error, refetch } = useQuery(flowOptions(uid));
  usePageTitle('Flow');
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <Link
        to="/security/network/flows"
        search={data ? around(data.conn.ts, endOf(data.conn)) : {}}
        className={styles.back}
      >
        <IconArrowLeft size={16} aria-hidden /> Flows around this time
      </Link>
      {error && <ProblemNote error={error} tried="Show this flow" onRetry={() => void refetch()} />}
      {data && <Flow reply={data} />}
    </div>
  );
}

function endOf({ ts, duration }: StoredFlow): number {
  return ts + duration;
}

function Flow({ reply: { conn, logs, notices } }: { readonly reply: FlowReply }) {
  const { proto, service, history = '', ts, partial, sensor, community_id: communityId } = conn;
  const { code, short, about } = wordsOfEnd(conn);
  const isLogged = conn.conn_state === undefined;
  const [from, to] = [conn['id.orig_h'], conn['id.resp_h']];
  const range = around(ts, endOf(conn));
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.title} dir="ltr">
          {endText(from, conn['id.orig_p'], proto)} → {endText(to, conn['id.resp_p'], proto)}
        </h2>
        <p className="soft">
          {protoWords[proto]}
          {service !== undefined && ` · ${visible(serviceWords(service))}`} · <Moment>{ts}</Moment> · seen by{' '}
          <SensorName sensor={sensor} within />
        </p>
        {partial && <p className={styles.warning}>It goes on: the figures are those of its last report.</p>}
      </header>
      <div className={styles.columns}>
        <Part title="Ends">
          <dl className={styles.facts}>
            <dt>{isLogged ? 'Sent by' : 'Begun by'}</dt>
            <dd>
              <AddressLink address={from} range={range} /> {whereWords(conn.local_orig)}
            </dd>
            <dt>{isLogged ? 'To' : 'With'}</dt>
            <dd>
              <AddressLink address={to} range={range} /> {whereWords(conn.local_resp)}
            </dd>
            <dt>Both</dt>
            <dd>
              <Link to="/security/network/flows" search={{ address: from, peer: to }}>
                All flows between the two
              </Link>
            </dd>
            {isLogged ? <OnInterface conn={conn} /> : <OnTheHost conn={conn} />}
          </dl>
        </Part>
        <Part title="How much">
          <dl className={styles.facts}>{isLogged ? <LoggedAmount conn={conn} /> : <Amounts conn={conn} />}</dl>
        </Part>
      </div>
      <Part title="How it went">
        <p>
          <code>{visible(code)}</code> {short}. {about}
        </p>
        {history !== '' && (
          <ol className={styles.history} aria-label="History, letter by letter">
            {historySteps(history).map(({ letter, words }, at) => (
              <li key={at}>
                <code>{visible(letter)}</code> <span>{words}</span>
              </li>
            ))}
          </ol>
        )}
      </Part>
      {notices.length > 0 && (
        <Part title="Alerts">
          <ul className={alertStyles.alerts} aria-label="Alerts of this flow">
            {notices.map((alert) => (
              <AlertItem key={alert.key} alert={alert} isOpen={notices.length === 1} />
            ))}
          </ul>
        </Part>
      )}
      <Part title="What was said in it">
        {logs.length === 0 ? (
          <p className="soft">
            {isLogged
              ? 'A flow log says nothing of it: it counts packets, and nobody read them.'
              : 'Nothing that a decoder reads: it was encrypted, of a protocol that is not known here, or its beginning was not seen.'}
          </p>
        ) : (
          <p className="soft">
            {counted(logs.length, 'record')}
            {logs.length >= 1000 && ', the first'}. It stands here as it was sent, which proves nothing of who sent it.
          </p>
        )}
        <LogFields logs={logs} />
      </Part>
      <Part title="Its names elsewhere">
        {communityId !== undefined && (
          <CommandLine label="Community ID, by which other programs know it" command={visible(communityId)} />
        )}
        <p className="soft">
          {communityId !== undefined && 'Community ID; Zeek, Suricata and Wireshark have the same. '}
          Here it is <code>{visible(conn.uid)}</code>.
        </p>
      </Part>
    </>
  );
}

function whereWords(isLocal: boolean): string {
  return isLocal ? '(of a private network)' : '';
}

function Again({ count }: { readonly count: number }) {
  return count === 0 ? null : <span className="soft">, {formatCount(count)} sent again</span>;
}

type LoggedFlow = Extract<StoredFlow, { readonly conn_state?: never }>;
type SeenFlow = Exclude<StoredFlow, LoggedFlow>;

function Amounts({ conn }: { readonly conn: SeenFlow }) {
  return (
    <>
      <dt>Sent</dt>
      <dd>
        {formatSize(conn.orig_bytes)} in {counted(conn.orig_pkts, 'packet')}
        <Again count={conn.orig_retransmits} />
      </dd>
      <dt>Received</dt>
      <dd>
        {formatSize(conn.resp_bytes)} in {counted(conn.resp_pkts, 'packet')}
        <Again count={conn.resp_retransmits} />
      </dd>
      <dt>Took</dt>
      <dd>{formatSpan(conn.duration)}</dd>
      {conn.missed_bytes > 0 && (
        <>
          <dt>Not seen</dt>
          <dd className={styles.look}>
            {formatSize(conn.missed_bytes)} that are not in the capture: what was said in them nobody knows
          </dd>
        </>
      )}
    </>
  );
}

/** A line of a flow log is one direction within one window. */
function LoggedAmount({ conn }: { readonly conn: LoggedFlow }) {
  return (
    <>
      <dt>Sent</dt>
      <dd>
        {formatSize(conn.orig_ip_bytes)} in {counted(conn.orig_pkts, 'packet')}, with IP’s headers
      </dd>
      <dt>Received</dt>
      <dd>Not in this record: what came back is a flow of its own</dd>
      <dt>Within</dt>
      <dd>{formatSpan(conn.duration)}</dd>
    </>
  );
}

/** Which interface of the VPC the log is of. */
function OnInterface({ conn }: { readonly conn: LoggedFlow }) {
  if (conn.interface_id === undefined) return null;
  return (
    <>
      <dt>Interface</dt>
      <dd>
        <Foreign>{conn.interface_id}</Foreign>
      </dd>
    </>
  );
}

/** The program behind it, where the flow was seen on the machine that it runs on. */
function OnTheHost({ conn }: { readonly conn: SeenFlow }) {
  const { process, user, pid } = conn;
  if (process === undefined && user === undefined) return null;
  return (
    <>
      <dt>Program</dt>
      <dd>
        {process !== undefined && <Foreign>{process}</Foreign>}
        {pid !== undefined && ` (process ${pid})`}
        {user !== undefined && (
          <>
            {' '}
            as <Foreign>{user}</Foreign>
          </>
        )}
      </dd>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
