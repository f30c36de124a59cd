import { Foreign } from '../../../base/text/bits.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { table } from '../../../base/lists/table.ts';
import { visible } from '../../../base/text/visible.ts';
import type { FactsReply } from '../api.ts';
import { Capped } from './capped.tsx';
import styles from '../host/host-page.module.css';

interface Read<Item> {
  readonly items: readonly Item[];
  /** Why it is not all. */
  readonly unread: string | null;
}

/** What was read line by line, just as it stands there. */
export function FactLines<Item>({
  of,
  label,
  line,
}: {
  readonly of: Read<Item>;
  readonly label: string;
  readonly line: (item: Item) => string;
}) {
  return (
    <>
      <NotAll of={of} />
      {of.items.length > 0 && (
        <Capped items={of.items} one="line">
          {(shown) => (
            <pre className={styles.text} dir="ltr" aria-label={label}>
              {shown.map((item) => visible(line(item))).join('\n')}
            </pre>
          )}
        </Capped>
      )}
    </>
  );
}

function NotAll({ of: { items, unread } }: { readonly of: Read<unknown> }) {
  if (unread !== null) {
    return (
      <p className={styles.warning}>
        Not all of it could be read: <Foreign>{unread}</Foreign>
      </p>
    );
  }
  return items.length === 0 ? <p className="soft">None.</p> : null;
}

/** What waits for connections, and whose it is. */
export function Listeners({ of }: { readonly of: FactsReply['facts']['listeners'] }) {
  const steady = of.items.filter(({ isPassing }) => !isPassing);
  const passing = of.items.length - steady.length;
  return (
    <>
      <NotAll of={of} />
      {steady.length > 0 && (
        <Capped items={steady} one="listener">
          {(shown) => (
            <div className={table.scroll}>
              <table className={table.table} aria-label="Listeners">
                <thead>
                  <tr>
                    <th scope="col">Where</th>
                    <th scope="col">Process</th>
                    <th scope="col" className={table.wide}>
                      User
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map(({ protocol, address, port, process, exe, pid, user }, at) => (
                    <tr key={at}>
                      <td>
                        <code>
                          {protocol} {address.includes(':') ? `[${address}]` : address}:{port}
                        </code>
                      </td>
                      <td>
                        <bdi>{process === '' ? 'not seen' : visible(process)}</bdi>
                        {pid !== null && <span className="soft"> ({pid})</span>}
                        {exe !== '' && <bdi className={table.under}>{visible(exe)}</bdi>}
                        <bdi className={`${table.under} ${table.narrow}`}>{visible(user)}</bdi>
                      </td>
                      <td className={table.wide}>
                        <bdi>{visible(user)}</bdi>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Capped>
      )}
      {passing > 0 && (
        <p className="soft">And {formatCount(passing)} that were lent for a while to whoever asked something.</p>
      )}
    </>
  );
}
