/**
 * Reads the body of a Slack-compatible webhook and keeps its words: `text`, `blocks` and `attachments` become Markdown.
 * Pictures, buttons and colours are left out; `username`, `channel` and `icon_emoji` are not taken, since who speaks and
 * where is said by the address. See https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
 */
import { cutUtf8 } from '../../base/formats/cut-utf8.ts';
import { markdownLink, mrkdwnToMarkdown, unescaped } from './mrkdwn.ts';

type Json = Readonly<Record<string, unknown>>;

/** What one body may hold; Slack takes 50 blocks and 100 attachments. */
const MOST = 100;
const DEPTH = 6;

/** At most `maxBytes` of UTF-8; `null` for what is no such body, or holds no words. */
export function textOfSlackBody(
  { contentType, body }: { readonly contentType: string; readonly body: string },
  maxBytes: number,
): string | null {
  const given = parsed(contentType, body);
  if (!given) return null;
  const blocks = list(given['blocks'])
    .flatMap((block) => blockText(block, DEPTH))
    .filter((part) => part.trim() !== '');
  const parts = [
    ...(blocks.length > 0 ? blocks : [mrkdwn(given['text'])]),
    ...list(given['attachments']).flatMap(attachmentText),
  ].filter((part) => part.trim() !== '');
  const text = parts.join('\n').trim();
  if (text === '') return null;
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes ? text : `${cutUtf8(bytes, maxBytes - Buffer.byteLength('…')).toString()}…`;
}

/** JSON, or the older form with JSON in its field `payload`. */
function parsed(contentType: string, body: string): Json | null {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  const text = isForm ? (new URLSearchParams(body).get('payload') ?? '') : body;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function attachmentText(attachment: Json): string[] {
  const blocks = list(attachment['blocks']).flatMap((block) => blockText(block, DEPTH));
  if (blocks.length > 0) return [mrkdwn(attachment['pretext']), ...blocks];
  const title = string(attachment['title']);
  const link = string(attachment['title_link']);
  const heading = title === '' ? '' : `**${link === '' ? plain(title) : markdownLink(unescaped(link), plain(title))}**`;
  const fields = list(attachment['fields']).map((field) => {
    const [name, value] = [plain(field['title']), mrkdwn(field['value'])];
    return name === '' ? value : `**${name}**: ${value}`;
  });
  const shown = [mrkdwn(attachment['pretext']), heading, mrkdwn(attachment['text']), ...fields];
  const words = [...shown, mrkdwn(attachment['footer'])].filter((part) => part.trim() !== '');
  return shown.some((part) => part.trim() !== '') ? words : [mrkdwn(attachment['fallback'])];
}

function blockText(block: Json, depth: number): string[] {
  if (depth === 0) return [];
  switch (block['type']) {
    case 'header':
      return [`**${plain(asObject(block['text'])?.['text'])}**`];
    case 'section':
      return [textObject(block['text']), ...list(block['fields']).map(textObject)];
    case 'context':
      return [list(block['elements']).map(textObject).join(' ')];
    case 'markdown':
      return [string(block['text'])];
    case 'image':
      return [plain(block['alt_text'])];
    case 'divider':
      return ['---'];
    case 'rich_text':
      return list(block['elements']).map((element) => richText(element, depth - 1));
    default:
      return [];
  }
}

function textObject(given: unknown): string {
  const { type, text } = asObject(given) ?? {};
  return type === 'mrkdwn' ? mrkdwn(text) : type === 'plain_text' ? plain(text) : '';
}

function richText(element: Json, depth: number): string {
  if (depth === 0) return '';
  const inner = (): string[] => list(element['elements']).map((each) => richText(each, depth - 1));
  switch (element['type']) {
    case 'text':
      return string(element['text']);
    case 'link':
      return markdownLink(string(element['url']), string(element['text']));
    case 'emoji':
      return `:${string(element['name'])}:`;
    case 'rich_text_section':
      return inner().join('');
    case 'rich_text_list':
      return inner()
        .map((item) => `- ${item}`)
        .join('\n');
    case 'rich_text_quote':
      return `> ${inner().join('')}`;
    case 'rich_text_preformatted':
      return `\`\`\`\n${inner().join('')}\n\`\`\``;
    default:
      return '';
  }
}

const mrkdwn = (given: unknown): string => mrkdwnToMarkdown(string(given));
const plain = (given: unknown): string => unescaped(string(given));
const string = (given: unknown): string => (typeof given === 'string' ? given : '');

function asObject(given: unknown): Json | null {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Json) : null;
}

function list(given: unknown): Json[] {
  return Array.isArray(given)
    ? (given as unknown[])
        .slice(0, MOST)
        .map(asObject)
        .filter((each) => each !== null)
    : [];
}
