import type { BucketReply } from './api.ts';
import styles from './bucket-page.module.css';
import { CommandLine } from '../../base/saving/command-line.tsx';
import { abilityList, levelWords } from './words.ts';

type Way = BucketReply['ways'][number];

/** Each way in: what lets in, what holds it back or would, and the smallest request that gets in by it. */
export function WaysList({ ways, more }: { readonly ways: readonly Way[]; readonly more: number }) {
  return (
    <>
      <ol className={styles.ways}>
        {ways.map((way, at) => (
          <li key={at} data-tone={way.level === 'shared' ? 'plain' : way.stoppedBy.length > 0 ? 'look' : 'risk'}>
            <WayFacts way={way} />
          </li>
        ))}
      </ol>
      {more > 0 && <p className="soft">And {more} more; the JSON of the command line has them all.</p>}
    </>
  );
}

function WayFacts({ way }: { readonly way: Way }) {
  const { explanation, abilities, stoppedBy, wouldStop, takenAway, request, grant, level } = way;
  return (
    <>
      <p className={styles.explanation} dir="auto">
        {explanation}
      </p>
      <dl className={styles.facts}>
        <dt>{level === 'public' ? 'Strangers may' : 'They may'}</dt>
        <dd>{abilityList(abilities)}</dd>
        {stoppedBy.length > 0 && (
          <>
            <dt>Held back by</dt>
            <dd>{stoppedBy.map(({ flag, level: where }) => `${flag} ${levelWords[where] ?? where}`).join(', ')}</dd>
          </>
        )}
        {stoppedBy.length === 0 && wouldStop !== null && level === 'public' && (
          <>
            <dt>Would stop it</dt>
            <dd>{wouldStop}</dd>
          </>
        )}
        {takenAway.length > 0 && (
          <>
            <dt>Taken away</dt>
            <dd dir="auto">{takenAway.join(' ')}</dd>
          </>
        )}
        {request !== null && request.needs.length > 0 && (
          <>
            <dt>The request</dt>
            <dd dir="auto">{request.needs.join('; ')}</dd>
          </>
        )}
      </dl>
      {grant && (
        <pre className={styles.value} dir="ltr">
          {JSON.stringify({ Grantee: grant.grantee, Permission: grant.permission }, null, 2)}
        </pre>
      )}
      {request && <CommandLine label="A request that gets in" command={request.command} />}
    </>
  );
}
