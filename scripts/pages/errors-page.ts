/** docs/errors.md, written from the catalogues in the code. */
import type { ErrorEntry } from '../../src/base/errors.ts';
import { errorCatalogues, type Found } from './catalogues.ts';

/** In the order in which people meet them. */
const FEATURES: Readonly<Record<string, string>> = {
  accounts: 'Accounts: signing up, logging in, keys',
  files: 'Files: names, folders, versions, copies',
  audit: 'The audit trail',
  server: 'The server: requests, starting, stopping',
  compose: 'Opening a workspace: the data folder, its stores and keys',
  cli: 'The command line',
  base: 'On your own computer: commands and connections',
  config: 'Configuration',
  storage: 'Storage: objects and records',
  age: 'The age format: encrypting and decrypting',
};

const OPENING = `# Errors

Written by \`npm run docs\` from the catalogues in the code; a test compares. Do not edit by hand.

Every error has a stable code. Words may improve, codes do not change their meaning. Over HTTP an error is an
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem, \`application/problem+json\`:

\`\`\`json
{
  "type": "/api/docs#name_empty",
  "title": "A file or folder needs a name, and an upload needs a file",
  "status": 422,
  "code": "name_empty",
  "attempted": "Store a file in this folder",
  "remedy": "Choose a file, or give a name of 1 to 255 bytes."
}
\`\`\`

\`attempted\` says what was tried, \`title\` and \`detail\` why it failed, \`remedy\` what to do now. Some problems carry
more fields of their own. On the command line the code stands at the end of the message.
`;

function byFeature(catalogues: readonly Found<ErrorEntry>[]): Map<string, [string, ErrorEntry][]> {
  const sections = new Map<string, [string, ErrorEntry][]>();
  const order = [...Object.keys(FEATURES), ...catalogues.map(({ feature }) => feature)];
  for (const feature of new Set(order)) {
    const own = catalogues.filter((catalogue) => catalogue.feature === feature);
    const entries = own.flatMap(({ entries }) => Object.entries(entries));
    if (entries.length > 0)
      sections.set(
        feature,
        entries.toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
  }
  return sections;
}

function describe([code, { status, title, remedy }]: [string, ErrorEntry]): string {
  const sentence = /[.!?]$/.test(title) ? title : `${title}.`;
  return `### ${code}\n\n${sentence} (${status})\n\n**What to do:** ${remedy}\n`;
}

export async function errorsPage(): Promise<string> {
  const sections = byFeature(await errorCatalogues());
  const parts = [...sections].map(([feature, entries]) => {
    return [`## ${FEATURES[feature] ?? feature}\n`, ...entries.map(describe)].join('\n');
  });
  return [OPENING, ...parts].join('\n');
}
