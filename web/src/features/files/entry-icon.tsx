import IconFile from '@tabler/icons-react/icons/IconFile';
import IconFileText from '@tabler/icons-react/icons/IconFileText';
import IconFileZip from '@tabler/icons-react/icons/IconFileZip';
import IconFolder from '@tabler/icons-react/icons/IconFolder';
import IconMovie from '@tabler/icons-react/icons/IconMovie';
import IconMusic from '@tabler/icons-react/icons/IconMusic';
import IconPhoto from '@tabler/icons-react/icons/IconPhoto';
import type { EntryView } from './api.ts';
import styles from './files.module.css';

/** Beside the name, for the eye only. */
export function EntryIcon({ entry, size = 20 }: { readonly entry: EntryView; readonly size?: number }) {
  if (entry.kind === 'folder') return <IconFolder className={styles.folderIcon} size={size} stroke={1.5} aria-hidden />;
  const Icon = iconFor(entry.mediaType);
  return <Icon className={styles.fileIcon} size={size} stroke={1.5} aria-hidden />;
}

function iconFor(mediaType: string): typeof IconFile {
  const [kind = ''] = mediaType.split('/');
  if (kind === 'image') return IconPhoto;
  if (kind === 'video') return IconMovie;
  if (kind === 'audio') return IconMusic;
  if (/zip|compressed|tar|7z/.test(mediaType)) return IconFileZip;
  if (kind === 'text' || /pdf|word|document|json|xml/.test(mediaType)) return IconFileText;
  return IconFile;
}
