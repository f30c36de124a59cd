/** What an address did, step by step, as people read it. */
import { counted, formatSize } from '../../../base/text/format.ts';
import type { SourceReply } from '../api.ts';
import { isAddress } from '../flows/filter.ts';

export type Story = SourceReply['story'];
export type Step = Story[number]['step'];

const titles: Readonly<Record<Step, string>> = {
  scanned: 'Scanned',
  guessed: 'Guessed passwords',
  succeeded: 'Got in',
  uploaded: 'Data went out',
};

export function stepWords({ step, count }: Pick<Story[number], 'step' | 'count'>): {
  readonly title: string;
  readonly about: string;
} {
  const title = titles[step];
  if (step === 'scanned')
    return { title, about: `${counted(count, 'port or host', 'ports and hosts')} did not answer or refused.` };
  if (step === 'guessed') return { title, about: `${counted(count, 'login')} failed.` };
  if (step === 'succeeded') {
    return { title, about: `${counted(count, 'login')} worked after that: whoever it is may be in.` };
  }
  return { title, about: `${formatSize(count)} left.` };
}

/** Bad enough that somebody should act at once: it got in. */
export function isGrave(story: Story): boolean {
  return story.some(({ step }) => step === 'succeeded');
}

const reasons: Readonly<Record<Step, string>> = {
  scanned: 'scanned this network',
  guessed: 'guessed passwords',
  succeeded: 'guessed passwords and got in',
  uploaded: 'was sent data',
};

/**
 * The command that blocks an address for an hour; `null`: what is given is no address, and stands in no command. The reason is
 * one of the sentences above, so that nothing from the network is in what somebody pastes into a shell.
 */
export function blockCommand(address: string, story: Story): string | null {
  if (!isAddress(address)) return null;
  const worst = story.find(({ step }) => step === 'succeeded') ?? story.at(-1);
  return `sudo holdfast network block ${address} --for 1h --why "${worst === undefined ? 'unwanted traffic' : reasons[worst.step]}"`;
}
