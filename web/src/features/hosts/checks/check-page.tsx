import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import IconCopy from '@tabler/icons-react/icons/IconCopy';
import { Foreign } from '../../../base/text/bits.tsx';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { useCopy } from '../../../base/saving/use-copy.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { SeverityMark, UnknownMark } from '../../findings/marks.tsx';
import { checkOptions, foundByOptions, type HostCheckReply } from '../api.ts';
import styles from '../host/host-page.module.css';
import { Part } from '../part.tsx';
import { hostIdIn } from './host-id-in.ts';
import { fixWords, NOT_RUN_ON_WINDOWS, platformWords, rootWords } from '../words.ts';

/** One check: what it is for, what it runs to the letter, and where it found something. */
export function CheckPage() {
  const { checkId } = useParams({ from: '/frame/security/hosts/checks/$checkId' });
  const { data, error, refetch } = useQuery(checkOptions(checkId));
  usePageTitle(data ? `${data.checkId} ${data.title}` : 'Check');
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <Link to="/security/hosts/checks" className={styles.back}>
        <IconArrowLeft size={16} aria-hidden /> All checks
      </Link>
      {error && <ProblemNote error={error} tried="Show this check" onRetry={() => void refetch()} />}
      {data && <Check check={data} />}
    </div>
  );
}

function Check({ check }: { readonly check: HostCheckReply }) {
  const { checkId, title, severity, platform, rationale, remedy, references, fix, fixCommand, cuts } = check;
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        <p className="soft">
          <code>{checkId}</code> · {platformWords[platform]} · <SeverityMark severity={severity} />
        </p>
        {platform === 'windows' && (
          <p className={styles.warning}>
            {NOT_RUN_ON_WINDOWS}: it was written from documentation and tried on answers that we wrote by hand.
          </p>
        )}
      </header>
      <Part title="Why it matters">
        <p>{rationale}</p>
        {references.length > 0 && (
          <p className="soft">{references.map(({ standard, id }) => `${standard} ${id}`).join(' · ')}</p>
        )}
        <p className="soft">{rootWords[check.needsRoot]}</p>
      </Part>
      <Part title="What to do">
        <p>{remedy}</p>
        {fixCommand !== null && <CommandLine label="The command that mends it, on the host" command={fixCommand} />}
        <p className="soft">
          {fixWords[fix]}
          {fixCommand !== null &&
            ' Where an agent runs, add --state /var/lib/holdfast-agent: what is new is told by what it knew before.'}
          {cuts !== null && ` May cut off: ${cuts}`}
        </p>
      </Part>
      <Part title="Where it found something">
        <Found checkId={checkId} />
      </Part>
      <Part title="Its script">
        <Script script={check.script} hash={check.hash} />
      </Part>
      {check.shared.map(({ name, script: text }) => (
        <Part key={name} title={`${name}, which it goes by`}>
          <pre className={styles.text} dir="ltr">
            <code>{text}</code>
          </pre>
        </Part>
      ))}
    </>
  );
}

function Found({ checkId }: { readonly checkId: string }) {
  const list = useInfiniteQuery(foundByOptions(checkId));
  const found = list.data?.pages.flatMap((page) => page.findings) ?? [];
  if (list.error) return <ProblemNote error={list.error} tried="See where it found something" />;
  if (!list.data) return null;
  return (
    <>
      {found.length === 0 && !list.hasNextPage && <p>On no host, as far as hosts have reported.</p>}
      <ul className={styles.lines} aria-label="Where it found something">
        {found.map(({ findingId, title, verdict, resource }) => (
          <li key={findingId}>
            <HostLink uid={resource.uid} name={resource.name} />{' '}
            <Link to="/security/findings" search={{ finding: findingId }}>
              <Foreign>{title}</Foreign>
            </Link>{' '}
            <UnknownMark verdict={verdict} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className={sections.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function HostLink({ uid, name }: { readonly uid: string; readonly name: string }) {
  const hostId = hostIdIn(uid);
  if (hostId === undefined) return <Foreign>{name}</Foreign>;
  return (
    <Link to="/security/hosts/$hostId" params={{ hostId }}>
      <Foreign>{name}</Foreign>
    </Link>
  );
}

function Script({ script, hash }: Pick<HostCheckReply, 'script' | 'hash'>) {
  const { shown, said, copy } = useCopy(script);
  return (
    <>
      <div className={sections.row}>
        <p className="soft">
          Just as it runs on a host, SHA-256 <code>{hash}</code>
        </p>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCopy size={14} aria-hidden />}
          onClick={() => void copy()}
        >
          Copy the script
        </Button>
        <span className="soft" role="status">
          {said}
        </span>
      </div>
      <pre className={styles.text} dir="ltr">
        <code ref={shown}>{script}</code>
      </pre>
    </>
  );
}
