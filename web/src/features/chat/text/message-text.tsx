/** What somebody wrote, as Markdown. Everything becomes an element of ours: no markup of theirs ever reaches the page. */
import type { Token, Tokens } from 'marked';
import { useRouter } from '@tanstack/react-router';
import { Fragment, memo, type MouseEvent, type ReactNode } from 'react';
import { parsed } from './markdown.ts';
import styles from './message-text.module.css';

export interface MessageTextProps {
  readonly text: string;
  /** My handle: where I am named stands out. */
  readonly me: string;
  readonly namesSomebody: boolean;
}

export const MessageText = memo(function MessageText({ text, me, namesSomebody }: MessageTextProps) {
  return (
    <div className={styles.text} dir="auto">
      {drawn(parsed(text), { me, namesSomebody }, 0)}
    </div>
  );
});

interface How {
  readonly me: string;
  readonly namesSomebody: boolean;
}

/** What may be wider than the page is scrolled by keys as well. */
const scrolls = { tabIndex: 0 };
/** Quotes in quotes and lists in lists: deeper than anybody reads, it is shown as it was written. */
const DEEPEST = 12;

function drawn(tokens: readonly Token[], how: How, depth: number): ReactNode {
  return tokens.map((token, at) => <Fragment key={at}>{one(token as MarkedToken, how, depth + 1)}</Fragment>);
}

type MarkedToken =
  | Tokens.Blockquote
  | Tokens.Br
  | Tokens.Code
  | Tokens.Codespan
  | Tokens.Def
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Image
  | Tokens.Link
  | Tokens.List
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Strong
  | Tokens.Table
  | Tokens.Tag
  | Tokens.Text;

function one(token: MarkedToken, how: How, depth: number): ReactNode {
  if (depth > DEEPEST) return token.raw;
  switch (token.type) {
    case 'paragraph':
      return <p>{drawn(token.tokens, how, depth)}</p>;
    case 'heading':
      // A heading of the page it is not.
      return <p className={styles.heading}>{drawn(token.tokens, how, depth)}</p>;
    case 'strong':
      return <strong>{drawn(token.tokens, how, depth)}</strong>;
    case 'em':
      return <em>{drawn(token.tokens, how, depth)}</em>;
    case 'del':
      return <del>{drawn(token.tokens, how, depth)}</del>;
    case 'blockquote':
      return <blockquote>{drawn(token.tokens, how, depth)}</blockquote>;
    case 'code':
      return (
        <pre {...scrolls}>
          <code>{token.text}</code>
        </pre>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'hr':
      return <hr />;
    case 'link':
      return <Outward href={token.href}>{drawn(token.tokens, how, depth)}</Outward>;
    case 'image':
      // Fetching it would tell its server who reads here, and when.
      return <Outward href={token.href}>{token.text === '' ? token.href : token.text}</Outward>;
    case 'list':
      return <List list={token} how={how} depth={depth} />;
    case 'table':
      return <Table table={token} how={how} depth={depth} />;
    case 'text':
      return 'tokens' in token && token.tokens ? drawn(token.tokens, how, depth) : withNames(token.text, how);
    case 'escape':
      return token.text;
    case 'space':
      return null;
    case 'html':
    case 'def':
      return withNames(token.raw, how);
  }
}

/** Addresses that a browser opens outside of this app; anything else stays text. */
function Outward({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const url = URL.parse(href, location.origin);
  if (!url || !['https:', 'http:', 'mailto:'].includes(url.protocol)) return children;
  if (url.origin === location.origin) return <Inward url={url}>{children}</Inward>;
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A page of this app, as a permalink is: it opens without loading everything anew. */
function Inward({ url, children }: { readonly url: URL; readonly children: ReactNode }) {
  const { history } = useRouter();
  const isPage = !/^\/(?:api|assets|hooks)\//.test(url.pathname);
  const open = (event: MouseEvent): void => {
    if (!isPage || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.push(`${url.pathname}${url.search}${url.hash}`);
  };
  return (
    <a href={url.href} onClick={open}>
      {children}
    </a>
  );
}

function List({ list, how, depth }: { readonly list: Tokens.List; readonly how: How; readonly depth: number }) {
  const items = list.items.map((item, at) => (
    <li key={at}>
      {item.task && <span>{item.checked ? '☑ ' : '☐ '}</span>}
      {drawn(
        item.tokens.filter(({ type }) => type !== 'checkbox'),
        how,
        depth,
      )}
    </li>
  ));
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table, how, depth }: { readonly table: Tokens.Table; readonly how: How; readonly depth: number }) {
  return (
    <div className={styles.scroll} {...scrolls}>
      <table>
        <thead>
          <tr>
            {table.header.map(({ tokens }, at) => (
              <th key={at} scope="col">
                {drawn(tokens, how, depth)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((cells, row) => (
            <tr key={row}>
              {cells.map(({ tokens }, at) => (
                <td key={at}>{drawn(tokens, how, depth)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** As src/chat/messages/mentions.ts finds them. */
const NAMED = /(?<![\p{L}\p{N}_.@/-])(@[a-z0-9][a-z0-9._-]{0,31})/iu;

function withNames(text: string, { me, namesSomebody }: How): ReactNode {
  if (!namesSomebody || !text.includes('@')) return text;
  return text.split(NAMED).map((part, at) => {
    if (at % 2 === 0) return part;
    const name = part
      .slice(1)
      .toLowerCase()
      .replace(/[._-]+$/, '');
    const isMe = name === me.toLowerCase() || name === 'room';
    return (
      <span key={at} className={styles.name} data-me={isMe || undefined}>
        {part}
      </span>
    );
  });
}
