import { useStore } from '../../../base/store.ts';
import { typing } from '../line/chat-line.ts';
import styles from './room.module.css';

/** Who writes just now. Its line is always there, so that nothing jumps. */
export function TypingNote({ roomId }: { readonly roomId: string }) {
  const handles = useStore(typing)[roomId] ?? [];
  return <p className={styles.typing}>{wordsOf(handles)}</p>;
}

function wordsOf(handles: readonly string[]): string {
  const [first, second] = handles;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is writing …`;
  return handles.length === 2 ? `${first} and ${second} are writing …` : `${handles.length} people are writing …`;
}
