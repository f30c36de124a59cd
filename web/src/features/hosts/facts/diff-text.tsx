import { visible } from '../../../base/text/visible.ts';
import { Capped } from './capped.tsx';
import styles from '../host/host-page.module.css';

function kindOf(line: string): 'gone' | 'new' | 'place' | undefined {
  if (/^(?:@@|---|\+\+\+) /.test(line)) return 'place';
  return line.startsWith('-') ? 'gone' : line.startsWith('+') ? 'new' : undefined;
}

/** Lines that begin with what happened to them, as diff -u writes it: the sign says it, and the colour beside it. */
export function DiffText({ label, lines }: { readonly label: string; readonly lines: readonly string[] }) {
  return (
    <Capped items={lines} one="line" most={1000}>
      {(shown) => (
        <pre className={styles.text} dir="ltr" aria-label={label}>
          {shown.map((line, at) => (
            <span key={at} data-kind={kindOf(line)}>
              {line === '' ? ' ' : visible(line)}
            </span>
          ))}
        </pre>
      )}
    </Capped>
  );
}
