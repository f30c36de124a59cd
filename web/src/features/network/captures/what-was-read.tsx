import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Foreign } from '../../../base/text/bits.tsx';
import { counted } from '../../../base/text/format.ts';
import { sections } from '../../../base/pages/sections.ts';
import type { CaptureReply } from '../api.ts';
import { Moment } from '../bits.tsx';
import { around } from '../range.ts';
import { leftOutWords, sensorName } from '../words.ts';
import styles from './captures.module.css';

export interface WhatWasReadProps {
  readonly reply: CaptureReply;
  readonly onAnother: () => void;
  readonly onClose: () => void;
}

/** What came of a capture, what of it is in no flow, and where it is shown. */
export function WhatWasRead({ reply, onAnother, onClose }: WhatWasReadProps) {
  const { sensor, packets, flows, records, notices, known, fromTime, toTime, leftOut, problem } = reply;
  const navigate = useNavigate();
  const said = useRef<HTMLParagraphElement>(null);
  // The button that was pressed is gone.
  useEffect(() => said.current?.focus(), []);
  const time =
    fromTime === null || toTime === null ? null : { from: Date.parse(fromTime) / 1000, to: Date.parse(toTime) / 1000 };
  const range = time === null ? {} : around(time.from, time.to);
  return (
    <div className={sections.dialog}>
      <p ref={said} tabIndex={-1}>
        <Foreign>{sensorName(sensor)}</Foreign> is in: {counted(packets, 'packet')} made {counted(flows, 'flow')}, with{' '}
        {counted(records, 'record')} of what was said in them and {counted(notices, 'alert')}.
      </p>
      {known > 0 && (
        <p className="soft">
          {counted(known, 'flow')} of it {known === 1 ? 'was' : 'were'} stored before, by the same capture, and{' '}
          {known === 1 ? 'stands' : 'stand'} there once.
        </p>
      )}
      {time !== null && (
        <p className="soft">
          It goes from <Moment>{time.from}</Moment> to <Moment>{time.to}</Moment>.
        </p>
      )}
      {problem !== null && (
        <p className={styles.look}>
          It could not be read to its end: <Foreign>{problem.detail}</Foreign>. What came before is stored.{' '}
          <code className="soft">{problem.code}</code>
        </p>
      )}
      {Object.entries(leftOut)
        .filter(([, count]) => count > 0)
        .map(([reason, count]) => {
          const { what, about, of = 'packet' } = leftOutWords(reason);
          return (
            <p key={reason} className="soft">
              {counted(count, of)} {count === 1 ? 'is' : 'are'} in no flow: <Foreign>{what}</Foreign>. {about}
            </p>
          );
        })}
      <div className={sections.dialogActs}>
        <Button variant="default" onClick={onAnother}>
          Read another
        </Button>
        <Button
          variant="default"
          onClick={() => {
            onClose();
            void navigate({ to: '/security/network/flows', search: { ...range, sensor } });
          }}
        >
          Show its flows
        </Button>
        <Button
          onClick={() => {
            onClose();
            void navigate({ to: '/security/network', search: range });
          }}
        >
          Show its time
        </Button>
      </div>
    </div>
  );
}
