import { Link } from '@tanstack/react-router';
import IconExternalLink from '@tabler/icons-react/icons/IconExternalLink';
import type { ReactNode } from 'react';
import { Foreign, Time } from '../../base/text/bits.tsx';
import { formatDay } from '../../base/text/format.ts';
import { visible, visibleLines } from '../../base/text/visible.ts';
import { FixOnHost } from '../hosts/checks/fix-on-host.tsx';
import type { FindingView } from './api.ts';
import styles from './finding-drawer.module.css';
import { SeverityMark, StateMark, UnknownMark } from './marks.tsx';
import { sourceWords } from './words.ts';

export function FindingFacts({ finding }: { readonly finding: FindingView }) {
  const { severity, verdict, state, resource, check, source, evidence, rationale, remedy, references } = finding;
  const { account, region, path, provider, tags = {} } = resource;
  const place = [provider, account, region].filter((each) => each !== undefined).join(' · ');
  return (
    <>
      <p className={styles.marks}>
        <SeverityMark severity={severity} />
        <StateMark state={state} />
        <UnknownMark verdict={verdict} />
      </p>
      <Decided finding={finding} />
      {remedy !== '' && (
        <Part title="What to do">
          <p className={styles.words} dir="auto">
            {visibleLines(remedy)}
          </p>
          {source === 'host' && <FixOnHost checkId={check} resource={resource.uid} />}
        </Part>
      )}
      {rationale !== '' && (
        <Part title="Why it matters">
          <p className={styles.words} dir="auto">
            {visibleLines(rationale)}
          </p>
        </Part>
      )}
      {evidence.length > 0 && (
        <Part title="What was seen">
          <dl className={styles.evidence}>
            {evidence.map(({ label, value }, at) => (
              <div key={`${label} ${at}`}>
                <dt dir="auto">{visible(label)}</dt>
                <dd>
                  <pre dir="auto">{visibleLines(value)}</pre>
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      <Part title="Where">
        <dl className={styles.facts}>
          <dt>Resource</dt>
          <dd>
            <Link to="/security/findings" search={{ resource: resource.uid, finding: finding.findingId }}>
              <Foreign>{resource.name}</Foreign>
            </Link>{' '}
            <span className="soft">({visible(resource.type)})</span>
          </dd>
          <dt>Named</dt>
          <dd>
            <code>{visible(resource.uid)}</code>
          </dd>
          {place !== '' && (
            <>
              <dt>In</dt>
              <dd>
                <Foreign>{place}</Foreign>
              </dd>
            </>
          )}
          {path !== undefined && (
            <>
              <dt>Path</dt>
              <dd>
                <code>{visible(path)}</code>
              </dd>
            </>
          )}
          {Object.keys(tags).length > 0 && (
            <>
              <dt>Tags</dt>
              <dd>
                <Foreign>
                  {Object.entries(tags)
                    .map(([name, value]) => `${name}=${value}`)
                    .join(', ')}
                </Foreign>
              </dd>
            </>
          )}
          <dt>Check</dt>
          <dd>
            <Link to="/security/findings" search={{ check, finding: finding.findingId }}>
              <code>{visible(check)}</code>
            </Link>
          </dd>
          <dt>Guard</dt>
          <dd>{visible(sourceWords(source))}</dd>
          <dt>First seen</dt>
          <dd>
            <Time>{finding.firstSeenTime}</Time>
          </dd>
          <dt>Last seen</dt>
          <dd>
            <Time>{finding.lastSeenTime}</Time>
          </dd>
          {finding.reopened > 0 && (
            <>
              <dt>Came back</dt>
              <dd>{finding.reopened === 1 ? 'once' : `${finding.reopened} times`}</dd>
            </>
          )}
        </dl>
      </Part>
      {references.length > 0 && (
        <Part title="Read on">
          <ul className={styles.references}>
            {references.map(({ standard, id, url }) => (
              <li key={`${standard} ${id}`}>
                {url === undefined ? (
                  visible(`${standard} ${id}`)
                ) : (
                  <a href={url} target="_blank" rel="noreferrer">
                    {visible(`${standard} ${id}`)} <IconExternalLink size={14} aria-hidden />
                    <span className="hidden-text"> (another site)</span>
                  </a>
                )}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

/** Who decided to live with it, why, and until when. */
function Decided({ finding: { state, acceptance } }: { readonly finding: FindingView }) {
  if (acceptance) {
    return (
      <p className={styles.decided}>
        Accepted by <bdi>{acceptance.by}</bdi> <Time within>{acceptance.time}</Time>
        {acceptance.until === null ? ', for good' : `, until ${formatDay(acceptance.until)}`}
        {acceptance.baseline && ', with all that was open then'}: <q dir="auto">{acceptance.reason}</q>
      </p>
    );
  }
  if (state !== 'suppressed') return null;
  return (
    <p className={styles.decided}>
      A rule suppresses it. What a rule suppresses is open again when the rule is removed:{' '}
      <Link to="/security/rules">see the rules</Link>.
    </p>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
