import { wholeNumber, type ApiClient, type Command } from '../../base/commands/command.ts';
import { count, formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { NoticesReply, NoticeView } from '../wire.ts';

const PAGE = 100;

export const listNotices: Command = {
  path: ['notices', 'list'],
  summary: 'What you were told, newest first',
  description: 'Logins from new devices, trouble with copies, what guards found. It stays unread until it is marked.',
  examples: [
    { run: 'holdfast notices list', does: 'What is not read yet' },
    { run: 'holdfast notices list --all', does: 'What is read, too' },
    { run: 'holdfast notices list --json --limit 20', does: 'For a script' },
  ],
  options: [
    { name: 'all', about: 'What is read, too' },
    { name: 'limit', value: 'N', about: 'At most so many (default 50)' },
  ],
  async run(context, input) {
    const limit = wholeNumber(input.text('limit') ?? '50', { option: 'limit', min: 1, max: 10_000 });
    const reply = await fetchNotices(await context.signedIn(), { limit, unread: !input.flag('all') });
    const { terminal } = context;
    terminal.show(reply, () => [
      ...reply.notices.flatMap((notice) => [
        `${styled(notice, terminal.styles)}  ${terminal.styles.faint(formatRelative(Date.parse(notice.lastTime), context.clock()))}`,
        ...notice.details.map((detail) => `  ${visible(detail)}`),
        ...(notice.advice === '' ? [] : [`  ${terminal.styles.faint(notice.advice)}`]),
      ]),
      summary(reply),
    ]);
  },
};

function styled({ title, severity, readTime }: NoticeView, styles: Record<keyof Styles, (text: string) => string>) {
  if (readTime !== null) return title;
  if (severity === 'info') return styles.strong(title);
  return severity === 'critical' ? styles.danger(title) : styles.attention(title);
}

type Styles = Pick<Parameters<Command['run']>[0]['terminal']['styles'], 'strong' | 'danger' | 'attention'>;

function summary({ notices, unread, next }: NoticesReply): string {
  if (notices.length === 0) return 'Nothing new.';
  const more = next === undefined ? '' : ' There are more: --limit shows them.';
  return `${count(unread, 'notice')} not read; holdfast notices read marks them.${more}`;
}

async function fetchNotices(
  api: ApiClient,
  { limit, unread }: { readonly limit: number; readonly unread: boolean },
): Promise<NoticesReply> {
  const notices: NoticeView[] = [];
  for (let after = ''; ;) {
    const wanted = Math.min(PAGE, limit - notices.length);
    const page = await api.get<NoticesReply>(`/notices?limit=${wanted}${unread ? '&unread=true' : ''}${after}`);
    notices.push(...page.notices);
    if (page.next === undefined || notices.length >= limit) return { ...page, notices };
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}
