import type { Attempt } from '../login.ts';

/** RFC 4422: what a client says to log in, as SMTP, POP3 and IMAP carry it in base64. */
export class SaslExchange {
  readonly #attempt: Attempt;
  readonly #mechanism: string;
  #turn = 0;

  constructor(attempt: Attempt, mechanism: string) {
    this.#attempt = attempt;
    this.#mechanism = mechanism.toUpperCase().slice(0, 32);
    attempt.mechanism = this.#mechanism;
  }

  /** A line of the client, the first of which may come with the command. Of secrets only that they were there is kept. */
  take(line: string): void {
    const words = Buffer.from(line.trim() === '=' ? '' : line, 'base64').toString('utf8');
    const attempt = this.#attempt;
    this.#turn += 1;
    switch (this.#mechanism) {
      case 'PLAIN': {
        // Whom to be, who it is, the password.
        const [, user, password] = words.split('\0');
        attempt.user = user;
        if (password) attempt.isCleartext = true;
        return;
      }
      case 'LOGIN':
        if (this.#turn === 1) attempt.user = words;
        else if (words !== '') attempt.isCleartext = true;
        return;
      case 'CRAM-MD5':
        attempt.user = words.split(' ')[0];
        return;
      case 'DIGEST-MD5':
        attempt.user ??= /\busername="([^"]*)"/.exec(words)?.[1];
        return;
      case 'XOAUTH2':
      case 'OAUTHBEARER': {
        const user = /(?:^|\x01)user=([^\x01]*)/.exec(words)?.[1] ?? /^n,a=([^,]*),/.exec(words)?.[1];
        attempt.user ??= user;
        if (/bearer /i.test(words)) attempt.isCleartext = true;
        return;
      }
      default:
        if (this.#mechanism.startsWith('SCRAM-')) attempt.user ??= scramUser(words);
    }
  }
}

/** RFC 5802, section 5.1: `n,,n=user,r=…`. */
export function scramUser(first: string): string | undefined {
  return /^[nyp][^,]*,[^,]*,(?:m=[^,]*,)?n=([^,]*),r=/.exec(first)?.[1]?.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
