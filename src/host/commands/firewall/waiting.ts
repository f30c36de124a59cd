/** What became of rules that were loaded and that somebody has yet to confirm. */
import type { CommandContext } from '../../../base/commands/command.ts';
import type { RestoreState } from '../../firewall/restoring/restores.ts';

export function waitingLines({ terminal: { styles } }: CommandContext, state: RestoreState | null): readonly string[] {
  if (state === null) return [];
  const { snapshotId, beforeId } = state.pending;
  switch (state.outcome) {
    case 'waiting':
      return [
        '',
        styles.attention(`The rules ${snapshotId} wait to be confirmed: sudo holdfast host firewall confirm`),
      ];
    case 'back':
      return ['', `The rules ${snapshotId} were loaded, and went back to ${beforeId} as nobody confirmed them.`];
    case 'failed':
      return [
        '',
        styles.danger(`The rules ${snapshotId} were loaded, and those of before could not be put back as a whole.`),
        `Put them back: sudo holdfast host firewall restore ${beforeId} --yes`,
      ];
    case 'lost':
      return [
        '',
        `The rules ${snapshotId} were loaded and nobody confirmed them; the computer started anew, or what was to take them back was ended.`,
      ];
  }
}
