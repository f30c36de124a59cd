import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import { Time } from '../../../base/text/bits.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { saveText } from '../../../base/saving/save-text.ts';
import { sections } from '../../../base/pages/sections.ts';
import { visible } from '../../../base/text/visible.ts';
import { rulesDiffOptions, rulesOptions } from '../api.ts';
import { Capped } from './capped.tsx';
import { DiffText } from './diff-text.tsx';
import styles from '../host/host-page.module.css';

export interface RulesTextProps {
  readonly hostId: string;
  readonly stateId: string;
  readonly hostName: string;
}

export function RulesText({ hostId, stateId, hostName }: RulesTextProps) {
  const { data, error, refetch } = useQuery(rulesOptions(hostId, stateId));
  if (error) return <ProblemNote error={error} tried="Show the rules" onRetry={() => void refetch()} />;
  if (!data) return null;
  const lines = data.text.split('\n');
  return (
    <>
      <div className={sections.head}>
        <p className="soft">
          As they were set <Time within>{data.time}</Time>, without counters and what changes by itself.
        </p>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => saveText(`${hostName}-firewall-${stateId}.txt`, data.text)}
        >
          Save as file
        </Button>
      </div>
      {data.tools.map(
        ({ tool, why }) =>
          why !== null && (
            <p key={tool} className={styles.warning}>
              {tool} could not be read: <bdi>{visible(why)}</bdi>
            </p>
          ),
      )}
      <Capped items={lines} one="line" most={1000}>
        {(shown) => (
          <pre className={styles.text} dir="ltr" aria-label="Rules of the firewall">
            {shown.map(visible).join('\n')}
          </pre>
        )}
      </Capped>
    </>
  );
}

export interface RulesDiffProps {
  readonly hostId: string;
  readonly from: string;
  readonly to: string;
}

export function RulesDiff({ hostId, from, to }: RulesDiffProps) {
  const { data, error, refetch } = useQuery(rulesDiffOptions(hostId, from, to));
  if (error) return <ProblemNote error={error} tried="Compare the rules" onRetry={() => void refetch()} />;
  if (!data) return null;
  if (data.text === '') return <p>Nothing is different between the two.</p>;
  return <DiffText label="What changed in the rules" lines={data.text.trimEnd().split('\n')} />;
}
