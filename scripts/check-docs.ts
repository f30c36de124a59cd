/**
 * Holds the pages to the tree: every relative link, and every `path/in/backticks` that looks like one of our files,
 * must lead somewhere; every page must be reachable from README.md.
 *
 * `node scripts/check-docs.ts` prints `page:line: reason` and exits 1 when something is wrong.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const OUR_PATH = /`((?:src|test|scripts|bench|docs|\.ci)\/[A-Za-z0-9_./-]*)`/g;

/** The anchor GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsOf(page: string): Set<string> {
  const headings = [...page.matchAll(/^#{1,6}\s+(.+)$/gm)];
  return new Set(headings.map((match) => anchorOf(match[1] ?? '')));
}

/** Fenced blocks hold examples: what looks like a link there is none. */
function withoutFences(page: string): string {
  return page.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ' '));
}

interface Finding {
  readonly breaches: string[];
  readonly linked: string[];
}

function checkPage(path: string): Finding {
  const breaches: string[] = [];
  const linked: string[] = [];
  const lines = withoutFences(readFileSync(join(ROOT, path), 'utf8')).split('\n');
  for (const [index, line] of lines.entries()) {
    const at = `${path}:${index + 1}`;
    for (const [, target = ''] of line.matchAll(LINK)) {
      if (/^[a-z]+:/i.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), file));
      if (to.startsWith('..') || !existsSync(join(ROOT, to)))
        breaches.push(`${at}: links to ${target}, which is not there`);
      else if (
        anchor !== undefined &&
        to.endsWith('.md') &&
        !anchorsOf(readFileSync(join(ROOT, to), 'utf8')).has(anchor)
      ) {
        breaches.push(`${at}: links to ${target}, but ${to} has no such heading`);
      }
      linked.push(to);
    }
    for (const [, named = ''] of line.matchAll(OUR_PATH)) {
      if (!existsSync(join(ROOT, named))) breaches.push(`${at}: names ${named}, which is not there`);
    }
  }
  return { breaches, linked };
}

function reachable(from: string, links: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const waiting = [from];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (seen.has(page)) continue;
    seen.add(page);
    for (const next of links.get(page) ?? []) {
      const folder = links.has(next) ? next : relative('.', join(next, 'README.md'));
      waiting.push(folder);
    }
  }
  return seen;
}

const pages = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: ROOT }).toSorted();
const found = new Map(pages.map((page) => [page, checkPage(page)]));
const breaches = [...found.values()].flatMap((page) => page.breaches);
const seen = reachable('README.md', new Map([...found].map(([page, { linked }]) => [page, linked])));
for (const page of pages) {
  if (!seen.has(page)) breaches.push(`${page}:1: no way leads here from README.md`);
}
for (const breach of breaches) console.error(breach);
console.log(`${pages.length} pages, ${breaches.length} breaches`);
process.exitCode = breaches.length > 0 ? 1 : 0;
