/**
 * Slack's “mrkdwn” as Markdown: https://docs.slack.dev/messaging/formatting-message-text. Links `<url|text>`, names
 * `<@U…>`, one star for bold, and `&amp; &lt; &gt;` for the three characters that have a meaning. Nobody is mentioned by
 * it: their ids are no people of ours, and `<!channel>` is not to wake everybody.
 */
const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
const ANGLED = /<([^<>\n]{1,3000})>/g;
const LINK = /^(?:https?:\/\/|mailto:)[^\s<>]+$/i;

export function mrkdwnToMarkdown(text: string): string {
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? unescaped(part) : plainPart(part)))
    .join('');
}

/** For text that Slack calls `plain_text`: as it is. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A link in Markdown; the text alone where the address is none that may be followed. */
export function markdownLink(url: string, text: string): string {
  const shown = text.replace(/[[\]\n]/g, ' ').trim();
  if (!LINK.test(url)) return shown;
  const target = url.replaceAll('(', '%28').replaceAll(')', '%29');
  return shown === '' || shown === url ? url : `[${shown}](${target})`;
}

function plainPart(part: string): string {
  // What is between angles is looked at before anything else: an address may hold stars and lines.
  const pieces: string[] = [];
  let from = 0;
  for (const match of part.matchAll(ANGLED)) {
    pieces.push(styled(part.slice(from, match.index)), angled(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  return [...pieces, styled(part.slice(from))].join('');
}

function angled(inside: string): string {
  const bar = inside.indexOf('|');
  const [target, label] = bar < 0 ? [inside, ''] : [inside.slice(0, bar), inside.slice(bar + 1)];
  const shown = unescaped(label);
  if (target.startsWith('!date')) return shown;
  if (target.startsWith('!')) return shown === '' ? target.slice(1).replace(/\^.*$/, '') : shown;
  if (target.startsWith('#')) return `#${shown === '' ? target.slice(1) : shown}`;
  // A space keeps it from naming a person of ours who happens to be called so.
  if (target.startsWith('@')) return shown === '' ? target.slice(1) : shown.replace(/^@/, '');
  const url = unescaped(target);
  return LINK.test(url) ? markdownLink(url, shown) : `<${url}>`;
}

/** `*bold*` and `~struck~`; `_slanted_` is the same in Markdown. */
function styled(text: string): string {
  return unescaped(
    text
      .replace(/(^|[\s([{"'])\*(?!\s)([^*\n]+?)(?<!\s)\*(?=$|[\s.,:;!?)\]}"'])/gm, '$1**$2**')
      .replace(/(^|[\s([{"'])~(?!\s)([^~\n]+?)(?<!\s)~(?=$|[\s.,:;!?)\]}"'])/gm, '$1~~$2~~'),
  );
}
