import { Foreign } from '../../../base/text/bits.tsx';
import { visible } from '../../../base/text/visible.ts';
import { Capped } from '../../hosts/facts/capped.tsx';
import type { ProtocolRecord } from '../api.ts';
import { Moment } from '../bits.tsx';
import { logWords } from '../words.ts';
import styles from './flow-page.module.css';
import { fieldsOf, headOf } from './log-words.ts';

/** What was said inside of a flow. All of it comes from whoever sent it, and is shown as text. */
export function LogFields({ logs }: { readonly logs: readonly ProtocolRecord[] }) {
  return (
    <Capped items={logs} one="record" most={50}>
      {(shown) => (
        <ul className={styles.logs} aria-label="What was said in it">
          {shown.map((record, at) => (
            <li key={at}>
              <p className={styles.logHead}>
                <strong>{visible(logWords[record.log] ?? record.log)}</strong> <Foreign>{headOf(record)}</Foreign>{' '}
                <span className="soft">
                  <Moment>{record.ts}</Moment>
                </span>
              </p>
              <dl className={styles.facts}>
                {fieldsOf(record).map(({ name, label, value, isAlarming }) => [
                  <dt key={name}>{visible(label)}</dt>,
                  <dd key={`${name} value`} className={isAlarming ? styles.look : undefined}>
                    <Foreign>{value}</Foreign>
                  </dd>,
                ])}
              </dl>
            </li>
          ))}
        </ul>
      )}
    </Capped>
  );
}
