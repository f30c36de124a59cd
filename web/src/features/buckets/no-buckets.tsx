/** A list with nothing on it means one of four things, and none of them is good news by itself. */
import { Button } from '@mantine/core';
import IconBucket from '@tabler/icons-react/icons/IconBucket';
import IconFilterOff from '@tabler/icons-react/icons/IconFilterOff';
import { Empty } from '../../base/pages/empty.tsx';
import type { PlacesReply } from './api.ts';

export interface NoBucketsProps {
  readonly known: PlacesReply;
  readonly isNarrowed: boolean;
  readonly onShowAll: () => void;
}

export function NoBuckets({ known: { places, running }, isNarrowed, onShowAll }: NoBucketsProps) {
  if (isNarrowed) {
    return (
      <Empty icon={<IconFilterOff size={40} stroke={1.3} />} title="No bucket fits">
        <p>Nothing fits what the list is narrowed to.</p>
        <Button variant="default" onClick={onShowAll}>
          Show all buckets
        </Button>
      </Empty>
    );
  }
  if (places.length === 0) {
    return (
      <Empty icon={<IconBucket size={40} stroke={1.3} />} title="This server has no buckets to look at">
        <p>
          Whoever runs the server names them: with <code>HOLDFAST_BUCKETS=aws</code> it looks at the account of its own
          credentials, with the ARN of a role at another one, with an address such as{' '}
          <code>https://s3.example.org</code> at any store that speaks S3. No secret is typed here.
        </p>
        <p>
          Or look from your own computer: <code>holdfast buckets audit</code>. What it finds is listed under Findings.
        </p>
      </Empty>
    );
  }
  if (running) return null;
  const isLooked = places.some(({ last }) => last !== null && last.failure === null);
  return isLooked ? (
    <Empty icon={<IconBucket size={40} stroke={1.3} />} title="There is no bucket">
      <p>The last look found none. That says nothing about places that could not be looked at.</p>
    </Empty>
  ) : (
    <Empty icon={<IconBucket size={40} stroke={1.3} />} title="Nothing has been looked at yet">
      <p>
        Each bucket will be here with who gets in, why, and what is wrong with it. Until a look is done, this says
        nothing about how safe they are.
      </p>
    </Empty>
  );
}
