/** What can be done with a step, whatever its kind: made, looked at, taken back. */
import { HoldfastError } from '../../base/errors.ts';
import { hostErrors } from '../errors.ts';
import { command, type FixPlace } from './place.ts';
import type { Step } from './step.ts';
import * as accounts from './steps/accounts.ts';
import * as database from './steps/database.ts';
import * as files from './steps/files.ts';
import * as mounts from './steps/mounts.ts';
import * as running from './steps/running.ts';

/** Resolves to the step as it has to be kept: rules are told by their tool in words of its own. Throws `host_fix_failed`. */
export async function makeStep(place: FixPlace, step: Step): Promise<Step> {
  try {
    return await made(place, step);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof HoldfastError || code === undefined) throw error;
    throw hostErrors('host_fix_failed', { attempted: `Change ${nameOf(step)}`, detail: message, cause: error });
  }
}

async function made(place: FixPlace, step: Step): Promise<Step> {
  switch (step.kind) {
    case 'content':
      await files.makeContent(place, step);
      return step;
    case 'attributes':
      await files.setAttributes(place, step.path, step.before, step.after);
      return step;
    case 'aside':
      await files.putAside(place, step);
      return step;
    case 'account':
      await accounts.lock(place, step);
      return step;
    case 'kernel':
      await running.setKernel(place, step.path, step.after);
      return step;
    case 'mount':
      await mounts.mountAnew(step.path, step.after);
      return step;
    case 'service':
      await running.makeService(step);
      return step;
    case 'process':
      await running.signalProcess(place, step, step.signal);
      return step;
    case 'rules':
      return await running.makeRules(step);
    case 'sql':
      return await database.makeSql(step);
    case 'command': {
      const { ok, why } = await command(step.words);
      if (ok) return step;
      throw hostErrors('host_fix_failed', { attempted: `Run ${step.words.join(' ')}`, detail: why });
    }
  }
}

/** Whether it is as the fix left it. `made` for what cannot be looked at. */
export async function foundStep(place: FixPlace, step: Step): Promise<files.Found> {
  switch (step.kind) {
    case 'content':
      return await files.foundContent(place, step);
    case 'attributes':
      return await files.foundAttributes(place, step);
    case 'aside':
      return await files.foundAside(place, step);
    case 'account':
      return await accounts.foundAccount(place, step);
    case 'kernel':
      return await running.foundKernel(place, step);
    case 'mount':
      return await mounts.foundMount(place, step);
    case 'service':
      return await running.foundService(place, step);
    case 'process':
      return await running.foundProcess(place, step);
    case 'rules':
      return await running.foundRules(step);
    case 'sql':
      return await database.foundSql(step);
    case 'command':
      return 'made';
  }
}

export async function takeBackStep(place: FixPlace, step: Step): Promise<void> {
  switch (step.kind) {
    case 'content':
      return await files.takeBackContent(place, step);
    case 'attributes':
      return await files.setAttributes(place, step.path, step.after, step.before);
    case 'aside':
      return await files.bringBack(place, step);
    case 'account':
      return await accounts.unlock(place, step);
    case 'kernel':
      return await running.setKernel(place, step.path, step.before);
    case 'mount':
      return await mounts.mountAnew(step.path, step.before);
    case 'service':
      return await running.takeBackService(step);
    case 'process':
      return await running.signalProcess(place, step, 'CONT');
    case 'rules':
      return await running.takeBackRules(step);
    case 'sql':
      return await database.takeBackSql(step);
    case 'command':
      // A service reads its files again, as they are now.
      if (step.when === 'reload') await made(place, step);
  }
}

/** It comes last, when a fix is made and when it is taken back: what is told to read its files finds all of them in place. */
export function isReload(step: Step): boolean {
  return step.kind === 'command' && step.when === 'reload';
}

/** Cannot be taken back. */
export function isFinal(step: Step): boolean {
  return step.kind === 'process' && step.signal === 'KILL';
}

/** What it changes, for people. */
export function nameOf(step: Step): string {
  switch (step.kind) {
    case 'content':
    case 'attributes':
    case 'aside':
      return step.path;
    case 'kernel':
      return step.path.replaceAll('/', '.');
    case 'mount':
      return `mount of ${step.path}`;
    case 'account':
      return `account ${step.name}`;
    case 'service':
      return step.name;
    case 'process':
      return `process ${step.pid}`;
    case 'rules':
      return `rules of ${step.tool}`;
    case 'sql':
      return step.statement;
    case 'command':
      return step.words.join(' ');
  }
}
