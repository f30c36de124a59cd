/** The system's Chromium, quiet: it speaks with the server under test and with nobody else. */
import { chromium, type Browser } from 'playwright-core';
import { spawnSync } from 'node:child_process';

const PROGRAM = '/usr/bin/chromium';

/** False where Chromium starts, else the reason; throws where the run was told that it must be there. */
export function skipWithoutChromium(): string | false {
  if (spawnSync(PROGRAM, ['--version']).status === 0) return false;
  const reason = `needs Chromium as ${PROGRAM}; npm run services:install -- chromium`;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}

/** Playwright gives each browser a profile of its own and removes it. */
export async function openChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: PROGRAM,
    headless: true,
    // Where the environment names no language, names of files that are not of ASCII get lost.
    env: { ...process.env, LANG: 'C.UTF-8' },
    // Chromium refuses its sandbox to root; as anybody else it keeps it.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A request to anywhere else would be noticed; this keeps it from leaving as well.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}
