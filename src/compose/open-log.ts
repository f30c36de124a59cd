import { errorFacts } from '../base/error-facts.ts';
import type { Log } from '../base/log.ts';
import type { LogLevel } from '../config/index.ts';

/**
 * JSON lines on stderr for machines. On a terminal, where nobody asked for a level, a person reads: there only what
 * needs a look is written, in plain words.
 */
export async function openLog(level: LogLevel | null, stderr: NodeJS.WriteStream): Promise<Log> {
  if (level === null && stderr.isTTY) return wordsLog(stderr);
  // By its default: a bundle keeps no other name of a CommonJS module that is loaded on first use.
  const { default: pino } = await import('pino');
  const logger = pino(
    {
      level: level ?? 'info',
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFacts, error: errorFacts },
      // Nothing of the kind is ever handed to the log; this is the second wall.
      redact: ['token', 'password', 'recoveryKey', 'authorization', '*.token', '*.password', '*.recoveryKey'],
    },
    stderr,
  );
  // Without pino's own face: a value with a `then` of any type must not leave an async function.
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

function wordsLog(stderr: NodeJS.WriteStream): Log {
  const line = (word: string) => (fields: object, message: string) => {
    const facts = Object.entries(fields).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
    const told = facts.map(([name, value]) => `${name} ${String(value)}`).join(', ');
    stderr.write(`${word}: ${message}${told === '' ? '' : ` (${told})`}\n`);
  };
  return { debug() {}, info() {}, warn: line('warning'), error: line('error') };
}
