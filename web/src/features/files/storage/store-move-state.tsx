import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import { Time } from '../../../base/text/bits.tsx';
import { counted, formatCount, formatSize } from '../../../base/text/format.ts';
import { roleWords } from './store-words.ts';
import type { Store, StoreMove } from './stores-api.ts';
import own from './storage.module.css';

/** How far a move is, what went wrong on the way, and what to do once all is there. */
export function StoreMoveState({ name, move }: { readonly name: Store['name']; readonly move: StoreMove }) {
  const { to, state, startedTime, damaged, lastCode } = move;
  return (
    <div className={own.move}>
      <p>
        Moves to <code className={own.url}>{to}</code>, since <Time within>{startedTime}</Time>.
      </p>
      {state === 'copying' ? <Progress move={move} /> : <Ready name={name} to={to} />}
      {damaged > 0 && (
        <p className={own.verdict} data-state="risk">
          <IconAlertTriangle size={18} aria-hidden />
          <span>{counted(damaged, 'object')} of which no store has a good copy; the move goes on without.</span>
        </p>
      )}
      {lastCode !== null && (
        <p className={own.verdict} data-state="risk">
          <IconAlertTriangle size={18} aria-hidden />
          <span>
            The last attempt failed: <code>{lastCode}</code>. It is tried again by itself; see that the new place can be
            reached and has room.
          </span>
        </p>
      )}
    </div>
  );
}

function Progress({ move: { pass, seen, seenBytes, total } }: { readonly move: StoreMove }) {
  if (total === null) return <p role="status">Counting what is there.</p>;
  if (pass > 1) return <p role="status">All is there; looking once more for what was stored meanwhile.</p>;
  const share = total.bytes === 0 ? 1 : Math.min(1, seenBytes / total.bytes);
  const words = `${formatSize(seenBytes)} of ${formatSize(total.bytes)}, ${formatCount(seen)} of ${counted(total.objects, 'object')}`;
  return (
    <div>
      <div className={own.progress} role="img" aria-label={`${Math.floor(share * 100)} percent copied`}>
        <svg width="100%" height="8" aria-hidden>
          <rect width={`${share * 100}%`} height="8" />
        </svg>
      </div>
      <p role="status">{words}</p>
    </div>
  );
}

function Ready({ name, to }: { readonly name: Store['name']; readonly to: string }) {
  return (
    <div>
      <p className={own.verdict} data-state="good">
        <IconCheck size={18} aria-hidden />
        <span>All is there, copied and verified. What is stored from now on is brought over as well.</span>
      </p>
      <p>
        Stop every server, and start one with <code className={own.url}>{`${roleWords[name].variable}=${to}`}</code> to
        use the new place.
      </p>
    </div>
  );
}
