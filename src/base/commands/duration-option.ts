import { commandErrors } from './errors.ts';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads the time that an option carries: `90s`, `10m`, `1h`, `7d`. In milliseconds. Throws `usage_invalid`. */
export function durationMs(
  text: string,
  { option, maxMs }: { readonly option: string; readonly maxMs: number },
): number {
  const [, number = '', unit = ''] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS_MS[unit] ?? 0);
  if (ms > 0 && ms <= maxMs) return ms;
  const most = Object.entries(UNITS_MS).findLast(([, each]) => maxMs >= each) ?? ['s', 1000];
  const detail = `--${option} takes a number and s, m, h or d, such as 90s or 10m, up to ${Math.floor(maxMs / most[1])}${most[0]}`;
  throw commandErrors('usage_invalid', { detail });
}
