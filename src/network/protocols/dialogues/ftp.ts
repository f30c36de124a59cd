import { type Analyzer, type Channel, seconds } from '../analyzer.ts';
import { Logins } from '../login.ts';
import { lineReader } from './line-reader.ts';

/** Accounts whose password everybody knows. */
const ANONYMOUS = /^(anonymous|ftp)$/i;

/** RFC 959 and RFC 4217. */
export function openFtp(channel: Channel): Analyzer {
  const logins = new Logins(channel, 'ftp');
  let wantsTls = false;
  return lineReader(channel, {
    command(line, timeUs) {
      const [, verb = '', rest = ''] = /^\s*([A-Za-z]{3,4})(?: +(.*))?$/s.exec(line) ?? [];
      const { attempt } = logins;
      switch (verb.toUpperCase()) {
        case 'USER':
          logins.begin({ ts: seconds(timeUs), user: rest, mechanism: 'USER' });
          return;
        case 'PASS':
          if (attempt?.user !== undefined && !ANONYMOUS.test(attempt.user)) attempt.isCleartext = true;
          return;
        case 'AUTH':
          wantsTls = true;
          return;
        default:
      }
    },
    answer(line, timeUs) {
      const [, code = '', more = '', response = ''] = /^(\d{3})([ -]?)(.*)$/s.exec(line) ?? [];
      if (code === '' || more === '-') return;
      if (code === '220' && logins.attempt === null) {
        logins.server ??= response.slice(0, 256);
        channel.confirm('ftp');
      } else if (code === '234' && wantsTls) logins.hidden(seconds(timeUs));
      else if (code === '230' || code === '232') logins.settle({ success: true, code, response });
      // 331 and 332 ask for a password or an account.
      else if (/^[45]/.test(code)) {
        wantsTls = false;
        logins.settle({ success: false, code, response });
      }
    },
    end: () => logins.settle({}),
  });
}
