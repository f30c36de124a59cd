/**
 * What the scripts for Windows may call, held against their syntax tree: a short list of cmdlets, types and methods, each of which only looks.
 * Anything else, aliases among it, is a mistake until somebody has looked at it and put it here.
 */
import { createRequire } from 'node:module';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';

const require = createRequire(import.meta.url);
// Written for CommonJS in a way that hides its names from an import.
const { Language, Parser } = require('@vscode/tree-sitter-wasm') as typeof TreeSitter;

const CMDLETS = new Set([
  ...['ConvertFrom-Json', 'ConvertTo-Json', 'Get-Acl', 'Get-AuthenticodeSignature', 'Get-CimInstance', 'New-Object'],
  ...['Get-MpComputerStatus', 'Get-MpPreference', 'Get-NetFirewallAddressFilter', 'Get-NetFirewallApplicationFilter'],
  ...['Get-NetFirewallPortFilter', 'Get-NetFirewallProfile', 'Get-NetFirewallRule', 'Get-NetFirewallServiceFilter'],
  ...['Get-NetTCPConnection', 'Get-ScheduledTask', 'Get-SmbClientConfiguration', 'Get-SmbServerConfiguration'],
  ...['Select-Object', 'Set-StrictMode', 'Sort-Object'],
]);
/** What a check defines, and the prelude calls. */
const DEFINED = new Set(['Detect', 'Look']);
const PROGRAMS = /^(\. \$Script|& "\$env:SystemRoot\\System32\\(secedit|auditpol)\.exe")/;
const COM = new Set(['Microsoft.Update.AutoUpdate']);

const TYPES = new Set([
  ...['void', 'int', 'int[]', 'long', 'bool', 'char', 'byte[]', 'string', 'string[]', 'DateTime', 'BitConverter'],
  ...['Console', 'Environment', 'IO.File', 'IO.Directory', 'IO.Path', 'IO.FileMode', 'IO.FileAccess', 'IO.FileShare'],
  ...['Microsoft.Win32.Registry', 'System.IO.DriveInfo', 'System.IO.FileInfo', 'System.Text.StringBuilder'],
  ...['System.Security.Cryptography.SHA256', 'System.Security.Principal.NTAccount', 'UnauthorizedAccessException'],
  ...['System.Security.Principal.SecurityIdentifier', 'System.Security.Principal.WindowsBuiltInRole'],
  ...['System.Security.Principal.WindowsIdentity', 'System.Security.Principal.WindowsPrincipal'],
  ...['System.DirectoryServices.DirectoryEntry', 'System.Security.SecurityException'],
  ...['System.Management.Automation.CommandNotFoundException', 'System.Text.UTF8Encoding'],
]);

const METHODS = new Set([
  ...['Append', 'Close', 'ComputeHash', 'Contains', 'ContainsKey', 'Create', 'Exists', 'ExpandEnvironmentVariables'],
  ...['GetAccessRules', 'GetBytes', 'GetCurrent', 'GetDirectoryName', 'GetFileNameWithoutExtension', 'GetPathRoot'],
  ...['GetSubKeyNames', 'GetType', 'GetValue', 'GetValueNames', 'IndexOf', 'IsInRole', 'LastIndexOf', 'OpenSubKey'],
  ...['ReadAllBytes', 'ReadAllLines', 'ReadAllText', 'Replace', 'Split', 'StartsWith', 'Substring', 'ToLowerInvariant'],
  ...['ToString', 'ToUpperInvariant', 'Translate', 'Trim', 'TrimEnd', 'TrimStart', 'Combine'],
  // Of ADSI, to read the members of a group.
  ...['Invoke', 'InvokeMember'],
]);
/** What a script may beyond that. */
export interface Further {
  readonly methods: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly cmdlets: ReadonlySet<string>;
}

const NOTHING: Further = { methods: new Set(), types: new Set(), cmdlets: new Set() };
/** The prelude and the probes write into the folders of a run. */
export const WRITING: Further = {
  ...NOTHING,
  methods: new Set(['Delete', 'Flush', 'Open', 'Write', 'WriteAllLines', 'WriteAllText', 'WriteLine']),
};
/** What runs them all where there is no Node starts PowerShell, and makes folders for that. */
export const STARTING: Further = {
  methods: new Set([
    ...WRITING.methods,
    ...['Add', 'Clear', 'CreateDirectory', 'GetHostName', 'GetTempPath', 'Min', 'NewGuid', 'Read', 'Start', 'StartNew'],
    ...['GetOwner', 'SetSecurityDescriptorSddlForm', 'ToBase64String', 'WaitForExit', 'WriteAllBytes'],
  ]),
  types: new Set([
    ...['Convert', 'Guid', 'Math', 'System.Diagnostics.Process', 'System.Diagnostics.ProcessStartInfo', 'byte[]'],
    ...['System.Diagnostics.Stopwatch', 'System.Net.Dns', 'System.Security.AccessControl.DirectorySecurity'],
    'System.Security.Cryptography.RandomNumberGenerator',
  ]),
  cmdlets: new Set(['Get-Item']),
};

export interface ParsedScript {
  readonly errors: readonly string[];
  readonly functions: ReadonlySet<string>;
  readonly commands: readonly { readonly name: string; readonly text: string; readonly line: number }[];
  readonly types: readonly { readonly name: string; readonly line: number }[];
  readonly methods: readonly { readonly name: string; readonly line: number }[];
  readonly redirections: readonly { readonly text: string; readonly line: number }[];
}

let parser: TreeSitter.Parser | undefined;

async function openParser(): Promise<TreeSitter.Parser> {
  await Parser.init();
  const path = require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm');
  const opened = new Parser();
  opened.setLanguage(await Language.load(path));
  return opened;
}

/** Never throws for a script: what cannot be parsed is among its errors. */
export async function parsePowerShell(text: string): Promise<ParsedScript> {
  const root = await treeOf(text);
  const errors: string[] = [];
  const functions = new Set<string>();
  const commands: { name: string; text: string; line: number }[] = [];
  const types: { name: string; line: number }[] = [];
  const methods: { name: string; line: number }[] = [];
  const redirections: { text: string; line: number }[] = [];
  for (const node of nodesOf(root)) {
    const line = node.startPosition.row + 1;
    if (node.isError || node.isMissing) errors.push(`line ${line} cannot be parsed`);
    if (node.type === 'function_name') functions.add(node.text);
    if (node.type === 'type_spec') types.push({ name: node.text, line });
    if (node.type === 'redirection') redirections.push({ text: node.text, line });
    if (node.type === 'invokation_expression') {
      methods.push({ name: node.children.find((each) => each?.type === 'member_name')?.text ?? '', line });
    }
    if (node.type === 'command') {
      const name = node.childForFieldName('command_name')?.text ?? '';
      const isCalled = node.firstChild?.type === 'command_invokation_operator';
      commands.push({ name: isCalled ? '' : name, text: node.text, line });
    }
  }
  return { errors, functions, commands, types, methods, redirections };
}

/** Throws where there is no tree; one of a text with mistakes has nodes that say so. */
export async function treeOf(text: string): Promise<TreeSitter.Node> {
  parser ??= await openParser();
  const tree = parser.parse(text);
  if (!tree) throw new Error('The parser gave no tree');
  return tree.rootNode;
}

export function* nodesOf(node: TreeSitter.Node): Generator<TreeSitter.Node> {
  yield node;
  for (const child of node.children) if (child) yield* nodesOf(child);
}

/** `shared`: the functions of the prelude. Empty: there is nothing in it that a check may not do. */
export function mistakesIn(
  script: ParsedScript,
  shared: ReadonlySet<string>,
  further: Further = NOTHING,
): readonly string[] {
  const { errors, functions, commands, types, methods, redirections } = script;
  const isKnown = (name: string): boolean =>
    [CMDLETS, DEFINED, further.cmdlets, functions, shared].some((known) => known.has(name));
  return [
    ...errors,
    ...commands.flatMap(({ name, text, line }) => {
      if (name === '') {
        return PROGRAMS.test(text) ? [] : [`line ${line}: a program is called by a name that is not written out`];
      }
      if (name === 'New-Object') return mistakesOfNew(text, line, further);
      return isKnown(name) ? [] : [`line ${line}: ${name} is not on the list`];
    }),
    ...types.flatMap(({ name, line }) =>
      TYPES.has(name) || further.types.has(name) ? [] : [`line ${line}: [${name}] is not on the list`],
    ),
    ...methods.flatMap(({ name, line }) =>
      METHODS.has(name) || further.methods.has(name) ? [] : [`line ${line}: .${name}() is not on the list`],
    ),
    ...redirections.flatMap(({ text, line }) =>
      /^\*>\s*\$null$/.test(text) ? [] : [`line ${line}: a redirection (${text}) writes a file`],
    ),
  ];
}

function mistakesOfNew(text: string, line: number, further: Further): readonly string[] {
  const com = /^New-Object -ComObject '([^']+)'/.exec(text)?.[1];
  const type = /^New-Object (\S+)/.exec(text)?.[1] ?? '';
  const isKnown = com === undefined ? TYPES.has(type) || further.types.has(type) : COM.has(com);
  return isKnown ? [] : [`line ${line}: an object ${com ?? type}`];
}
