/** Names in the scripts for Windows that lead nowhere: a variable that nothing sets, a call with a word that the function does not take. */
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import { nodesOf, treeOf } from './powershell-lint.ts';

/** What PowerShell itself sets. */
const AUTOMATIC = ['_', 'null', 'true', 'false', 'matches', 'pshome', 'psscriptroot', 'psversiontable', 'lastexitcode'];

interface Declared {
  readonly parameters: readonly string[];
}

/** Functions of a script with their parameters, in the order they are given by place. */
export async function functionsOf(text: string): Promise<ReadonlyMap<string, Declared>> {
  const functions = new Map<string, Declared>();
  for (const node of nodesOf(await treeOf(text))) {
    if (node.type !== 'function_statement') continue;
    const block = [...nodesOf(node)].find(({ type }) => type === 'param_block');
    const parameters = block
      ? [...nodesOf(block)].flatMap((each) =>
          each.type === 'script_parameter'
            ? [variableIn(each.children.find((child) => child?.type === 'variable'))]
            : [],
        )
      : [];
    functions.set(node.children.find((each) => each?.type === 'function_name')?.text ?? '', { parameters });
  }
  return functions;
}

/** Names that a script sets: by an assignment, as a parameter or in a loop. */
export async function variablesOf(text: string): Promise<ReadonlySet<string>> {
  const set = new Set<string>();
  for (const node of nodesOf(await treeOf(text))) {
    const isLoop = node.type === 'foreach_statement' || node.type === 'script_parameter';
    const target = isLoop
      ? node.children.find((each) => each?.type === 'variable')
      : node.type === 'left_assignment_expression'
        ? [...nodesOf(node)].find(({ type }) => type === 'variable')
        : null;
    if (target) set.add(variableIn(target));
  }
  return set;
}

/** `shared`: what the prelude declares and sets. */
export async function deadNamesIn(
  text: string,
  shared: { readonly functions: ReadonlyMap<string, Declared>; readonly variables: ReadonlySet<string> },
): Promise<readonly string[]> {
  const functions = new Map([...shared.functions, ...(await functionsOf(text))]);
  const variables = new Set([...AUTOMATIC, ...shared.variables, ...(await variablesOf(text))]);
  const dead: string[] = [];
  for (const node of nodesOf(await treeOf(text))) {
    const line = node.startPosition.row + 1;
    if (node.type === 'variable' && !/^\$\{?env:/i.test(node.text) && !variables.has(variableIn(node))) {
      dead.push(`line ${line}: nothing sets ${node.text}`);
    }
    if (node.type === 'command') dead.push(...mistakesOfCall(node, functions).map((each) => `line ${line}: ${each}`));
  }
  return dead;
}

function mistakesOfCall(command: TreeSitter.Node, functions: ReadonlyMap<string, Declared>): readonly string[] {
  const name = command.childForFieldName('command_name')?.text ?? '';
  const declared = functions.get(name);
  if (!declared) return [];
  const names = new Set(declared.parameters);
  const words = (command.childForFieldName('command_elements')?.children ?? []).filter(
    (each) => each && each.type !== 'command_argument_sep' && each.type !== 'redirection',
  );
  let byPlace = 0;
  const mistakes: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word?.type !== 'command_parameter') byPlace += 1;
    else {
      // Its value follows.
      at += 1;
      const parameter = word.text.slice(1).toLowerCase();
      if (!names.delete(parameter)) mistakes.push(`${name} takes no ${word.text}`);
    }
  }
  if (byPlace > names.size) mistakes.push(`${name} takes ${names.size} words here, and is given ${byPlace}`);
  return mistakes;
}

/** `$script:Found`, `${seen}` and `$SEEN` are names without sign, scope and size. */
function variableIn(node: TreeSitter.Node | null | undefined): string {
  return (node?.text ?? '').replace(/^\$\{?(?:script:)?|\}$/gi, '').toLowerCase();
}
