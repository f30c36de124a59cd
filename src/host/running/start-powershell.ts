/**
 * A script in Windows PowerShell 5.1, which every Windows has. It has no third descriptor, so that its answers go into a file
 * of its work folder; they are written one by one, so that those of a script that hangs are there.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { win32, join } from 'node:path';
import { scripts } from '../scripts.ts';
import { collect } from './collect.ts';
import type { Ground, ScriptCall } from './run-check.ts';
import { endGroup, type Started } from './started.ts';

/** What of Windows a script is run by. */
export interface WindowsPlace {
  /** `C:\Windows\System32` */
  readonly systemFolder: string;
  /** The program; `-File` and so on are handed to it. */
  readonly powershell: string;
  /** Ends a process with all that it started; `null`: the group of processes is ended, as POSIX has it. */
  readonly taskkill: string | null;
  /** Where folders of scans are made, for nobody else to write in. */
  readonly tempFolder: string;
}

/** `systemRoot` is Windows' own folder. */
export function windowsPlace(systemRoot: string, tempFolder: string): WindowsPlace {
  const systemFolder = win32.join(systemRoot, 'System32');
  return {
    systemFolder,
    powershell: win32.join(systemFolder, 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
    taskkill: win32.join(systemFolder, 'taskkill.exe'),
    tempFolder,
  };
}

export function startPowerShell(
  { path, words, timeoutMs }: ScriptCall,
  ground: Ground,
  place: WindowsPlace,
  mostBytes: number,
): Started {
  const answers = join(ground.work, `answers-${randomBytes(8).toString('hex')}`);
  const flags = ['-NoLogo', '-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-ExecutionPolicy', 'Bypass'];
  const child = spawn(place.powershell, [...flags, '-File', scripts.windowsPrelude, path, ...words], {
    cwd: ground.work,
    env: { ...environmentOf(ground, place, timeoutMs), ANSWERS: answers },
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    detached: place.taskkill === null,
  });
  return {
    child,
    said: child.stderr,
    answer: () => collect(createReadStream(answers, { end: mostBytes }), mostBytes).catch(() => Buffer.alloc(0)),
    end: () => endTree(child, place.taskkill),
  };
}

function endTree(child: ChildProcess, taskkill: string | null): void {
  if (taskkill === null) return endGroup(child);
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ending = spawn(taskkill, ['/T', '/F', '/PID', String(child.pid)], { stdio: 'ignore', windowsHide: true });
  const itself = (): void => void child.kill('SIGKILL');
  ending.once('error', itself).once('exit', itself);
}

/**
 * Nothing of our own environment but what libuv hands to every process of Windows (SystemRoot, TEMP and the like where they are
 * not set). Modules are taken from Windows' own folder alone: one of a user could stand in for those that checks call.
 */
function environmentOf(ground: Ground, { systemFolder }: WindowsPlace, timeoutMs: number): Record<string, string> {
  return {
    PATH: [systemFolder, win32.join(systemFolder, '..'), win32.join(systemFolder, 'Wbem')].join(';'),
    PATHEXT: '.COM;.EXE',
    PSModulePath: win32.join(systemFolder, 'WindowsPowerShell', 'v1.0', 'Modules'),
    TEMP: ground.work,
    TMP: ground.work,
    FACTS: ground.facts,
    WORK: ground.work,
    IS_ROOT: ground.isRoot ? '1' : '0',
    OS_VERSION: ground.osVersion,
    ROLE: ground.windows?.role ?? '',
    WITHIN: String(timeoutMs / 1000),
  };
}
