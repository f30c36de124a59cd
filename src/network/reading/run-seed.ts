import { getRandomValues } from 'node:crypto';
import type { RunSeed } from './limits.ts';

export function freshSeed(): RunSeed {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = getRandomValues(new Int32Array(5));
  return [a, b, c, d, e];
}
