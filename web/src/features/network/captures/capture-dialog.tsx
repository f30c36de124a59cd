import { Button, Progress, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { visible } from '../../../base/text/visible.ts';
import { everyFinding } from '../../findings/api.ts';
import { everyNetwork, overviewOptions } from '../api.ts';
import styles from './captures.module.css';
import { captureName, sendCapture } from './send-capture.ts';
import { WhatWasRead } from './what-was-read.tsx';

/** Takes in a capture that somebody has as a file. The server reads it and keeps its flows, not the packets. */
export function CaptureDialog({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [sentBytes, setSentBytes] = useState(0);
  const [sending] = useState(() => new AbortController());
  const limits = useQuery({ ...overviewOptions({ last: '1h' }), refetchInterval: false });
  const take = useMutation({
    mutationFn: async (chosen: File) => {
      setSentBytes(0);
      const { uploadBytes } = await queries.query({ ...overviewOptions({ last: '1h' }), staleTime: 'static' });
      return await sendCapture({ file: chosen, name: name.trim() || captureName(chosen.name) }, uploadBytes, {
        onProgress: setSentBytes,
        signal: sending.signal,
      });
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: everyNetwork });
      await queries.invalidateQueries({ queryKey: everyFinding });
    },
  });
  const close = (): void => {
    sending.abort();
    onClose();
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (file && !take.isPending) take.mutate(file);
  };
  return (
    <Dialog onClose={close} title="Read a capture" size="lg" closeOnClickOutside={false}>
      {take.data ? (
        <WhatWasRead
          reply={take.data}
          onAnother={() => {
            setFile(null);
            setName('');
            take.reset();
          }}
          onClose={close}
        />
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <p>
            A file in pcap or pcapng format, or a flow log of an AWS VPC in text, packed by gzip or not. The server
            reads it and keeps who spoke with whom and what was odd; packets themselves it does not keep.
          </p>
          <label className={styles.file}>
            Capture
            <input
              type="file"
              accept=".pcap,.pcapng,.cap,.log,.gz,.txt"
              disabled={take.isPending}
              onChange={(event) => {
                const chosen = event.currentTarget.files?.[0] ?? null;
                setFile(chosen);
                setName(chosen ? captureName(chosen.name) : '');
                take.reset();
              }}
            />
            {limits.data && <span className="soft">At most {formatSize(limits.data.uploadBytes)}</span>}
          </label>
          <TextInput
            label="Name"
            description="Its flows are found by it."
            maxLength={100}
            autoComplete="off"
            dir="auto"
            disabled={take.isPending}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {take.isPending && file && <Sending sentBytes={sentBytes} bytes={file.size} />}
          {take.error && (
            <ProblemNote key={take.submittedAt} error={take.error} tried={`Read “${visible(file?.name ?? '')}”`} />
          )}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={file === null} loading={take.isPending}>
              Read it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Sending({ sentBytes, bytes }: { readonly sentBytes: number; readonly bytes: number }) {
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
