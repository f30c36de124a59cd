/** A store in memory for the tests of fixes, with whatever is to go wrong. */
import { bucketErrors } from '../errors.ts';
import type { BucketWriter } from './bucket-writer.ts';
import { nameOf, type SettingValue, type Target } from './change.ts';

export interface TestWriter extends BucketWriter {
  readonly settings: Map<string, SettingValue>;
  readonly writes: string[];
  set(target: Target, value: SettingValue): void;
}

export function keyOf(target: Target): string {
  return `${nameOf(target)} ${target.kind === 'bucket' ? target.setting : 'publicAccessBlock'}`;
}

/** `beforeWrite` may throw, as a process that is killed does, or change something. */
export function testWriter(beforeWrite: (key: string, nth: number) => void = () => {}): TestWriter {
  const settings = new Map<string, SettingValue>();
  const writes: string[] = [];
  return {
    settings,
    writes,
    set: (target, value) => void settings.set(keyOf(target), value),
    async read(target) {
      return settings.get(keyOf(target)) ?? null;
    },
    async write(target, value) {
      const key = keyOf(target);
      beforeWrite(key, writes.length);
      writes.push(key);
      settings.set(key, value);
    },
    async [Symbol.asyncDispose]() {},
  };
}

export function refusedBy(detail: string): Error {
  return bucketErrors('bucket_change_failed', { detail });
}
