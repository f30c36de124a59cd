/** The smallest pieces that every page is made of. */
import { formatExactTime, formatTime, JUST_NOW } from './format.ts';
import { visible, visibleName } from './visible.ts';

/** A name that somebody gave: whatever its script, it does not turn the words around it. */
export function Name({ children, className }: { readonly children: string; readonly className?: string | undefined }) {
  const shown = visibleName(children);
  return (
    <bdi className={className} title={shown}>
      {shown}
    </bdi>
  );
}

/** A line that another machine sent: what would not be seen in it is written out, and it does not turn the words around it. */
export function Foreign({
  children,
  className,
}: {
  readonly children: string;
  readonly className?: string | undefined;
}) {
  const shown = visible(children);
  return (
    <bdi className={className} title={shown}>
      {shown}
    </bdi>
  );
}

export interface TimeProps {
  readonly children: string;
  /** Words stand before it, so that it begins with a small letter. */
  readonly within?: boolean;
}

export function Time({ children, within = false }: TimeProps) {
  const words = formatTime(children, Date.now());
  return (
    <time dateTime={children} title={formatExactTime(children)}>
      {within && words === JUST_NOW ? JUST_NOW.toLowerCase() : words}
    </time>
  );
}
