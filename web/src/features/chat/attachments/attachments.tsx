import { ActionIcon, Button } from '@mantine/core';
import IconFile from '@tabler/icons-react/icons/IconFile';
import IconFileOff from '@tabler/icons-react/icons/IconFileOff';
import IconLinkOff from '@tabler/icons-react/icons/IconLinkOff';
import { useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { formatSize } from '../../../base/text/format.ts';
import { Picture } from '../../files/previews/picture.tsx';
import { previewKind } from '../../files/previews/preview.ts';
import { attachmentPath, type AttachmentView, attachmentUrl, endAttachment, type MessageView } from '../api.ts';
import styles from './attachments.module.css';

const StopSharing = latePart('Stop sharing the file', async () => (await import('./stop-sharing.tsx')).StopSharing);

const PdfDialog = latePart(
  'Show the file',
  async () => (await import('../../files/previews/pdf-dialog.tsx')).PdfDialog,
);

const gone: Readonly<Record<'in_trash' | 'ended', string>> = {
  in_trash: 'in the trash',
  ended: 'no longer shared',
};

export interface AttachmentsProps {
  readonly message: MessageView;
  /** As who sent it, or as a moderator. */
  readonly mayEnd: boolean;
}

/** Files that were shared with the room by a message. */
export function Attachments({ message: { roomId, attachments }, mayEnd }: AttachmentsProps) {
  const [ending, setEnding] = useState<AttachmentView | null>(null);
  if (attachments.length === 0) return null;
  return (
    <>
      <ul className={styles.list} aria-label="Files">
        {attachments.map((attachment) => (
          <li key={attachment.shareId} className={styles.attachment}>
            <div className={styles.file}>
              <Attachment roomId={roomId} attachment={attachment} />
              {mayEnd && attachment.state !== 'ended' && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={`Stop sharing ${attachment.name}`}
                  title="Stop sharing"
                  onClick={() => setEnding(attachment)}
                >
                  <IconLinkOff size={16} />
                </ActionIcon>
              )}
            </div>
            <Shown roomId={roomId} attachment={attachment} />
          </li>
        ))}
      </ul>
      {ending && (
        <StopSharing
          name={ending.name}
          onStop={() => endAttachment(roomId, ending.shareId)}
          onClose={() => setEnding(null)}
        />
      )}
    </>
  );
}

/** A picture is shown where it stands. */
function Shown({ roomId, attachment }: { readonly roomId: string; readonly attachment: AttachmentView }) {
  const { shareId, name, mediaType, size, state } = attachment;
  if (state !== 'shared' || previewKind(mediaType, size) !== 'picture') return null;
  return <Picture path={attachmentPath(roomId, shareId)} name={name} />;
}

function Attachment({ roomId, attachment }: { readonly roomId: string; readonly attachment: AttachmentView }) {
  const { shareId, name, size, state, mediaType } = attachment;
  const [showsPdf, setShowsPdf] = useState(false);
  if (state !== 'shared') {
    return (
      <>
        <IconFileOff size={18} stroke={1.6} aria-hidden />
        <bdi className={styles.name}>{name}</bdi>
        <span className="soft">{gone[state]}</span>
      </>
    );
  }
  return (
    <>
      <IconFile size={18} stroke={1.6} aria-hidden />
      <a className={styles.name} href={attachmentUrl(roomId, shareId)} download>
        <bdi>{name}</bdi>
      </a>
      <span className="soft">{formatSize(size)}</span>
      {previewKind(mediaType, size) === 'pdf' && (
        <Button size="compact-xs" variant="default" aria-label={`Show ${name}`} onClick={() => setShowsPdf(true)}>
          Show
        </Button>
      )}
      {showsPdf && <PdfDialog path={attachmentPath(roomId, shareId)} name={name} onClose={() => setShowsPdf(false)} />}
    </>
  );
}
