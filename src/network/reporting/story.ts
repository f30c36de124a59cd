import type { NoticeRecord } from '../records/notice-record.ts';

/** What a source does, one after the other; `listed`: it is on a list of the operator. */
export const stages = ['listed', 'scanned', 'guessed', 'succeeded', 'uploaded'] as const;
export type Stage = (typeof stages)[number];

export interface StoryStage {
  readonly stage: Stage;
  readonly notices: readonly NoticeRecord[];
}

const STAGE_OF: Readonly<Record<string, Stage>> = {
  'Intel::Listed_Address': 'listed',
  'Scan::Port_Scan': 'scanned',
  'Scan::Address_Scan': 'scanned',
  'Scan::Random_Scan': 'scanned',
  'Scan::Slow_Scan': 'scanned',
  'Login::Guessing': 'guessed',
  'Login::Spraying': 'guessed',
  'Login::Success_After_Guessing': 'succeeded',
};

/** Whose story a notice belongs to; `null`: it is about a place of ours. */
export function teller({ note, src }: NoticeRecord): string | null {
  return src !== undefined && STAGE_OF[note] !== undefined ? src : null;
}

/** The story of a source in order, out of all notices with its address: what was sent to it afterwards is the end of it. */
export function storyOf(address: string, notices: readonly NoticeRecord[]): readonly StoryStage[] {
  const stageOf = (notice: NoticeRecord): Stage | null => {
    if (teller(notice) === address) return STAGE_OF[notice.note] ?? null;
    return notice.note === 'Traffic::Upload' && notice.dst === address ? 'uploaded' : null;
  };
  return stages.flatMap((stage) => {
    const own = notices.filter((notice) => stageOf(notice) === stage).toSorted((one, other) => one.first - other.first);
    return own.length > 0 ? [{ stage, notices: own }] : [];
  });
}
