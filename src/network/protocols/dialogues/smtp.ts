import { type Analyzer, type Channel, seconds } from '../analyzer.ts';
import { Logins } from '../login.ts';
import { lineReader } from './line-reader.ts';
import { SaslExchange } from './sasl.ts';

/** RFC 5321, RFC 3207 and RFC 4954. Letters themselves are passed over. */
export function openSmtp(channel: Channel): Analyzer {
  const logins = new Logins(channel, 'smtp');
  let exchange: SaslExchange | null = null;
  let wantsTls = false;
  let isLetter = false;
  const begin = (words: readonly string[], timeUs: number): void => {
    const [, mechanism = '', first] = words;
    exchange = new SaslExchange(logins.begin({ ts: seconds(timeUs) }), mechanism);
    if (first !== undefined) exchange.take(first);
  };
  return lineReader(channel, {
    isLetter: () => isLetter,
    command(line, timeUs) {
      if (isLetter) {
        isLetter = false;
        return;
      }
      if (exchange !== null && logins.attempt !== null) return exchange.take(line);
      const words = line.trim().split(/ +/, 3);
      switch (words[0]!.toUpperCase()) {
        case 'EHLO':
        case 'HELO':
          channel.confirm('smtp');
          return;
        case 'STARTTLS':
          wantsTls = true;
          return;
        case 'AUTH':
          return begin(words, timeUs);
        case 'BDAT':
          if (/^\d{1,12}$/.test(words[1] ?? '')) channel.skip(0, Number(words[1]));
          return;
        default:
      }
    },
    answer(line, timeUs) {
      const [, code = '', more = '', response = ''] = /^(\d{3})([ -]?)(.*)$/s.exec(line) ?? [];
      if (code === '' || more === '-') return;
      if (code === '220' && wantsTls) return logins.hidden(seconds(timeUs));
      if (code === '220') {
        logins.server ??= response.slice(0, 256);
        channel.confirm('smtp');
      } else if (code === '354') isLetter = true;
      else if (code === '235') logins.settle({ success: true, code, response });
      else if (/^[45]/.test(code)) {
        logins.settle({ success: false, code, response });
        wantsTls = false;
      }
      if (logins.attempt === null) exchange = null;
    },
    end: () => logins.settle({}),
  });
}
