/** The smallest pieces that every page is made of. */
import { formatExactTime, formatTime } from './format.ts';

/** A name that somebody gave: whatever its script, it does not turn the words around it. */
export function Name({ children, className }: { readonly children: string; readonly className?: string | undefined }) {
  return (
    <bdi className={className} title={children}>
      {children}
    </bdi>
  );
}

export function Time({ children }: { readonly children: string }) {
  return (
    <time dateTime={children} title={formatExactTime(children)}>
      {formatTime(children, Date.now())}
    </time>
  );
}
