/** A script in bash, with nothing of our own environment; its answers come on its third descriptor. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { scripts } from '../scripts.ts';
import { collect } from './collect.ts';
import type { Ground, ScriptCall } from './run-check.ts';
import { endGroup, type Started } from './started.ts';

export function startBash({ path, words, timeoutMs }: ScriptCall, ground: Ground, mostBytes: number): Started {
  const child = spawn('/bin/bash', [scripts.prelude, path, ...words], {
    cwd: '/',
    env: environmentOf(ground, timeoutMs),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started ends with it.
    detached: true,
  });
  const end = (): void => endGroup(child);
  const answer = collect(child.stdio[3] as Readable, mostBytes, end);
  return { child, said: child.stderr as Readable, answer: () => answer, end };
}

function environmentOf(ground: Ground, timeoutMs: number): Record<string, string> {
  return {
    HOME: '/nonexistent',
    ROOT: ground.root,
    FACTS: ground.facts,
    WORK: ground.work,
    IS_ROOT: ground.isRoot ? '1' : '0',
    OS_ID: ground.osId,
    OS_VERSION: ground.osVersion,
    OS_FAMILY: ground.osFamily,
    PKG: ground.packages,
    INIT: ground.init,
    CONTAINER: ground.container,
    WITHIN: String(timeoutMs / 1000),
  };
}
