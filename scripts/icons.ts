/**
 * Draws the icons of the installed app and of what it tells, from the one in web/src/app/icon.svg: `node scripts/icons.ts`.
 * Needs the Chromium of `npm run services:install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChromium } from '../test/support/browser/chromium.ts';

const ROOT = join(import.meta.dirname, '..');
const PUBLIC = join(ROOT, 'web/public');
const svg = readFileSync(join(ROOT, 'web/src/app/icon.svg'), 'utf8');
const shape = /<path [^>]*>/.exec(svg)?.[0] ?? '';
const ground = /fill="(#[^"]+)"/.exec(svg)?.[1] ?? '';
if (shape === '' || ground === '') throw new Error('Draw the icons: icon.svg has no path, or no ground');

const drawing = (inner: string): string => svg.replace(/>[^]*<\/svg>/, `>${inner}</svg>`);
/** Systems cut a maskable icon to a shape of theirs: what is outside of four fifths may go. */
const maskable = drawing(
  `<rect width="32" height="32" fill="${ground}"/><g transform="translate(4.8 4.8) scale(0.7)">${shape}</g>`,
);
/** Android takes nothing of a badge but where it is not transparent. */
const badge = drawing(shape);

const icons = [
  { name: 'icon-192.png', svg, size: 192 },
  { name: 'icon-512.png', svg, size: 512 },
  { name: 'icon-maskable-512.png', svg: maskable, size: 512 },
  { name: 'badge-96.png', svg: badge, size: 96 },
];

const browser = await openChromium();
try {
  for (const { name, svg: drawn, size } of icons) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawn}`);
    writeFileSync(join(PUBLIC, name), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
