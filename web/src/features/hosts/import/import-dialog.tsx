import { Button, NativeSelect, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { visible } from '../../../base/text/visible.ts';
import { everyFinding } from '../../findings/api.ts';
import { everyHost, importLimitsOptions } from '../api.ts';
import { Imported } from './imported.tsx';
import styles from '../hosts.module.css';
import { sendResult } from './send-result.ts';
import { StepsOfAScan } from './steps-of-a-scan.tsx';
import { platformWords } from '../words.ts';

type Platform = keyof typeof platformWords;

/** Takes in what an archive found on a host that has neither Node nor a way to this server. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [platform, setPlatform] = useState<Platform>('linux');
  const [file, setFile] = useState<File | null>(null);
  const [sentBytes, setSentBytes] = useState(0);
  const [sending] = useState(() => new AbortController());
  const limits = useQuery(importLimitsOptions);
  const take = useMutation({
    mutationFn: async (chosen: File) => {
      setSentBytes(0);
      const { mostBytes } = await queries.query({ ...importLimitsOptions, staleTime: 'static' });
      return await sendResult(chosen, mostBytes, { onProgress: setSentBytes, signal: sending.signal });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: everyHost });
      await queries.invalidateQueries({ queryKey: everyFinding });
    },
  });
  const close = (): void => {
    sending.abort();
    onClose();
  };
  const another = (): void => {
    setFile(null);
    take.reset();
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (file && !take.isPending) take.mutate(file);
  };
  return (
    <Dialog onClose={close} title="Import a scan" size="lg" closeOnClickOutside={false}>
      {take.data ? (
        <Imported reply={take.data} onAnother={another} />
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <p>For a host without Node, or without a way to this server: an archive looks at it, and writes one file.</p>
          <NativeSelect
            label="The host runs"
            data={(['linux', 'windows'] as const).map((value) => ({ value, label: platformWords[value] }))}
            value={platform}
            onChange={(event) => setPlatform(event.currentTarget.value === 'windows' ? 'windows' : 'linux')}
          />
          <StepsOfAScan platform={platform} />
          <label className={styles.file}>
            Result file
            <input
              type="file"
              accept=".gz,.jsonl"
              disabled={take.isPending}
              onChange={(event) => {
                setFile(event.currentTarget.files?.[0] ?? null);
                take.reset();
              }}
            />
            {limits.data && <span className="soft">At most {formatSize(limits.data.mostBytes)}</span>}
          </label>
          {take.isPending && file && <Sending sentBytes={sentBytes} bytes={file.size} />}
          {take.error && (
            <ProblemNote key={take.submittedAt} error={take.error} tried={`Import “${visible(file?.name ?? '')}”`} />
          )}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={file === null} loading={take.isPending}>
              Import it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Sending({ sentBytes, bytes }: { readonly sentBytes: number; readonly bytes: number }) {
  // The last of what is told counts the frame around the file as well.
  const sent = Math.min(sentBytes, bytes);
  return (
    <div>
      <Progress size="xs" value={bytes === 0 ? 100 : (100 * sent) / bytes} aria-label="How much is sent" />
      <p className="soft" role="status">
        {sent < bytes ? `${formatSize(sent)} of ${formatSize(bytes)} sent` : 'All is sent; the server reads it.'}
      </p>
    </div>
  );
}
