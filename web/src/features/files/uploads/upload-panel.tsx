import { ActionIcon, Button, Progress } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown';
import IconChevronUp from '@tabler/icons-react/icons/IconChevronUp';
import IconRefresh from '@tabler/icons-react/icons/IconRefresh';
import IconX from '@tabler/icons-react/icons/IconX';
import { useState } from 'react';
import { Name } from '../../../base/text/bits.tsx';
import { counted, formatDuration, formatSize } from '../../../base/text/format.ts';
import { useStore } from '../../../base/store.ts';
import type { Upload, UploadSummary } from './queue.ts';
import { rateOf, timeLeft } from './rate.ts';
import styles from './upload-panel.module.css';
import { uploads, uploadsView } from './uploads.ts';

/** More rows say less; the numbers above count all of them. */
const SHOWN = 60;
/** What needs a look first, then what moves, then the rest. */
const order: readonly Upload['state'][] = ['failed', 'sending', 'waiting', 'stored', 'cancelled'];

export function UploadPanel() {
  const { summary, samples, held } = useStore(uploadsView);
  const [open, setOpen] = useState(true);
  if (summary.files === 0) return null;
  const rows = [...uploads.uploads.values()].toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const isDone = summary.waiting === 0;
  const left = summary.totalBytes - summary.sentBytes;
  const rate = rateOf(samples);
  const wait = timeLeft(samples, left);
  const moving = [
    `${formatSize(summary.sentBytes)} of ${formatSize(summary.totalBytes)}`,
    ...(rate === null ? [] : [`${formatSize(rate)}/s`]),
    ...(wait === null ? [] : [`${formatDuration(wait)} left`]),
  ].join(' · ');

  return (
    <section className={styles.panel} aria-label="Uploads">
      <header className={styles.head}>
        <div className={styles.words}>
          <h2 aria-live="polite">{title(summary, held)}</h2>
          {!isDone && <p className="soft">{held ? 'They go on once the server answers.' : moving}</p>}
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={open ? 'Show less of the uploads' : 'Show the uploads'}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
        </ActionIcon>
        {isDone && (
          <ActionIcon variant="subtle" color="gray" aria-label="Close the uploads" onClick={() => uploads.clearDone()}>
            <IconX size={18} />
          </ActionIcon>
        )}
      </header>
      {!isDone && (
        <Progress
          size="xs"
          radius={0}
          value={summary.totalBytes === 0 ? 0 : (100 * summary.sentBytes) / summary.totalBytes}
          aria-label="How much is uploaded"
        />
      )}
      {open && (
        <>
          <ul className={styles.list}>
            {rows.slice(0, SHOWN).map((each) => (
              <UploadRow key={each.id} upload={each} />
            ))}
            {rows.length > SHOWN && <li className={styles.more}>and {counted(rows.length - SHOWN, 'more', 'more')}</li>}
          </ul>
          <footer className={styles.foot}>
            {summary.failed > 0 && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => uploads.retry(({ state }) => state === 'failed')}
              >
                Try {counted(summary.failed, 'file')} again
              </Button>
            )}
            {!isDone && (
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => uploads.cancelAll()}>
                Cancel all
              </Button>
            )}
          </footer>
        </>
      )}
    </section>
  );
}

function title(summary: UploadSummary, held: boolean): string {
  if (summary.waiting === 0) return verdict(summary);
  if (held) return `The connection broke: ${counted(summary.waiting, 'file')} waiting`;
  return `Uploading ${counted(summary.waiting, 'file')}`;
}

function verdict({ stored, failed, cancelled, newVersions }: UploadSummary): string {
  const parts = [
    ...(stored > 0 ? [`${counted(stored, 'file')} stored`] : []),
    ...(newVersions > 0 ? [`${newVersions} as new ${newVersions === 1 ? 'version' : 'versions'}`] : []),
    ...(failed > 0 ? [`${failed} not stored`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return parts.join(', ');
}

function UploadRow({ upload }: { readonly upload: Upload }) {
  const { id, file, segments, state, sentBytes, problem } = upload;
  return (
    <li className={styles.row} data-state={state}>
      <div className={styles.words}>
        <Name className={styles.name}>{[...segments, file.name].join('/')}</Name>
        <p className={styles.state}>{said(upload)}</p>
        {problem && (
          <p className={styles.state}>
            {problem.remedy} <code>{problem.code}</code>
          </p>
        )}
        {state === 'sending' && (
          <Progress
            size={3}
            value={file.size === 0 ? 0 : (100 * sentBytes) / file.size}
            aria-label="How much is sent"
          />
        )}
      </div>
      {(state === 'waiting' || state === 'sending') && (
        <ActionIcon variant="subtle" color="gray" aria-label={`Cancel ${file.name}`} onClick={() => uploads.cancel(id)}>
          <IconX size={16} />
        </ActionIcon>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Try ${file.name} again`}
          onClick={() => uploads.retry((each) => each.id === id)}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      )}
    </li>
  );
}

function said({ state, file, sentBytes, outcome, problem }: Upload): string {
  switch (state) {
    case 'waiting':
      return `Waiting, ${formatSize(file.size)}`;
    case 'sending':
      if (sentBytes === 0) return `Reading it, ${formatSize(file.size)}`;
      return sentBytes >= file.size ? 'Being stored' : `${formatSize(sentBytes)} of ${formatSize(file.size)}`;
    case 'stored':
      return outcome === 'new_version'
        ? `Stored as a new version, ${formatSize(file.size)}`
        : `Stored, ${formatSize(file.size)}`;
    case 'failed':
      return `Not stored: ${problem?.title ?? ''}${problem?.detail === undefined ? '' : `: ${problem.detail}`}`;
    case 'cancelled':
      return 'Cancelled: nothing was stored';
  }
}
