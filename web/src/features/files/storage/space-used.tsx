import { useQuery } from '@tanstack/react-query';
import { formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { usageOptions } from './api.ts';
import { SpaceBar } from './space-bar.tsx';

/** How much of what I may use is used. */
export function SpaceUsed() {
  const usage = useQuery(usageOptions);
  if (usage.error) return <ProblemNote error={usage.error} tried="See how much space is used" />;
  if (!usage.data) return null;
  const { usedBytes, quotaBytes } = usage.data;
  return (
    <>
      <p>
        {formatSize(usedBytes)} used
        {quotaBytes === null ? ', of as much as there is.' : ` of ${formatSize(quotaBytes)}.`}
      </p>
      {quotaBytes !== null && <SpaceBar usedBytes={usedBytes} quotaBytes={quotaBytes} />}
      <p className="soft">Counted is every file once, encrypted, with all its versions and with the trash.</p>
    </>
  );
}
