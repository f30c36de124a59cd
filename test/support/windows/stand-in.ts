/**
 * A program in the place of powershell.exe, where there is none: it is started in the same way, and gives answers out of a book
 * in the same form. What it cannot show is what Windows says.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowsPlace } from '../../../src/host/running/start-powershell.ts';

/** A word of native/prelude.ps1 with its fields. */
export type Answer = readonly [string, ...string[]];

export interface Book {
  /** What probes/windows/system.ps1 would write. */
  readonly system: Readonly<Record<string, unknown>>;
  /** By check; of one that is not there it breaks off. `hang` stands for one that does not end; `remember` brings its text. */
  readonly answers: Readonly<Record<string, readonly Answer[]>>;
}

export const SERVER_2022 = {
  name: 'Microsoft Windows Server 2022 Standard',
  version: '10.0.20348',
  productType: 3,
  machineGuid: '3b1f2c9e-6a3d-4a6e-9a1e-4f0f5f0d2c11',
  isInDomain: true,
  isAdministrator: true,
  isContainer: false,
  firmware: ['Amazon EC2', 't3.large', ''],
};

/** A shell starts thirty times faster than a runtime would, and there is one for each check. */
const PROGRAM = `#!/bin/bash
PATH=/usr/bin:/bin
book=\${BASH_SOURCE[0]%/*}/book
words=("$@")
while [ "$1" != -File ]; do shift; done
script=\${3##*/}
id=\${script%.ps1}
printf '%s\\n' "\${words[@]}" >"$book/$id.words"
env >"$book/$id.environment"
echo fail
if [ "$id" = system ]; then cp "$book/system.json" "$FACTS/"; fi
if [ "$4" != look ]; then
  if ! [ -e "$book/$id.answers" ]; then
    echo 'nothing to say' >&2
    exit 1
  fi
  cat "$book/$id.answers" >>"$ANSWERS"
  if [ -e "$book/$id.remember" ]; then
    cp "$book/$id.remember" "$WORK/remembered"
    printf '%s\\0' remember 1 "$WORK/remembered" >>"$ANSWERS"
  fi
  if [ -e "$book/$id.hangs" ]; then sleep 600; fi
fi
printf '%s\\0' end 0 >>"$ANSWERS"
`;

/** `folder` takes the program, and in `book` what it goes by, with the words and the environment of each call. */
export function windowsStandIn(folder: string, { system, answers }: Book): WindowsPlace {
  const book = join(folder, 'book');
  const tempFolder = join(folder, 'looking');
  for (const each of [book, tempFolder]) mkdirSync(each);
  const powershell = join(folder, 'powershell');
  writeFileSync(powershell, PROGRAM, { mode: 0o755 });
  writeFileSync(join(book, 'system.json'), JSON.stringify(system));
  for (const [id, said] of Object.entries(answers)) {
    const own = said.filter(([word]) => word !== 'hang' && word !== 'remember');
    const bytes = own.map(([word, ...fields]) => [word, fields.length, ...fields].map((each) => `${each}\0`).join(''));
    writeFileSync(join(book, `${id}.answers`), bytes.join(''));
    const remembered = said.find(([word]) => word === 'remember')?.[1];
    if (remembered !== undefined) writeFileSync(join(book, `${id}.remember`), remembered);
    if (own.length < said.length && remembered === undefined) writeFileSync(join(book, `${id}.hangs`), '');
  }
  return { systemFolder: 'C:\\Windows\\System32', powershell, taskkill: null, tempFolder };
}
