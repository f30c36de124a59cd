import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import { counted } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections as styles } from '../../base/pages/sections.ts';
import { type VerifyReply, verifyTrail } from './api.ts';
import own from './verify-trail.module.css';

const words = {
  intact: 'intact: nothing was changed, taken out or cut off.',
  unproven: 'unproven: nothing wrong was found, but not everything could be looked at.',
  broken: 'broken: somebody changed it.',
};

/** Whether the trail is as it was written. */
export function VerifyTrail() {
  const verify = useMutation({ mutationFn: verifyTrail });
  return (
    <div className={styles.section}>
      <div className={styles.row}>
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          Verify the trail
        </Button>
      </div>
      {verify.error && <ProblemNote error={verify.error} tried="Verify the audit trail" />}
      <div role="status">{verify.data && <Report report={verify.data} />}</div>
    </div>
  );
}

function Report({ report }: { readonly report: VerifyReply }) {
  const { verdict, events, head, problems, problemCount } = report;
  const good = verdict === 'intact';
  return (
    <div className={own.report} data-good={good || undefined}>
      {good ? <IconShieldCheck size={20} aria-hidden /> : <IconAlertTriangle size={20} aria-hidden />}
      <div>
        <p>
          {counted(events, 'event')}: {words[verdict]}
        </p>
        {problemCount > 0 && (
          <ul>
            {problems.map(({ code, what }, index) => (
              <li key={`${code} ${index}`}>
                {what} <code>{code}</code>
              </li>
            ))}
          </ul>
        )}
        {head && (
          <p className="soft">
            Write this down elsewhere to prove later that nothing before it was cut off:{' '}
            <code className={own.head}>
              {head.sequence}:{head.hash}
            </code>
          </p>
        )}
      </div>
    </div>
  );
}
