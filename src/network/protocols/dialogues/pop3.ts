import { type Analyzer, type Channel, seconds } from '../analyzer.ts';
import { Logins } from '../login.ts';
import { lineReader } from './line-reader.ts';
import { SaslExchange } from './sasl.ts';

/** RFC 1939, RFC 2595 and RFC 5034. After a login nothing more is read: there is no other. */
export function openPop3(channel: Channel): Analyzer {
  const logins = new Logins(channel, 'pop3');
  let exchange: SaslExchange | null = null;
  /** The server's next answer is to this. */
  let asked: 'user' | 'login' | 'tls' | 'other' | 'greeting' = 'greeting';
  return lineReader(channel, {
    command(line, timeUs) {
      if (exchange !== null) return exchange.take(line);
      const [verb = '', first = '', second] = line.trim().split(/ +/, 3);
      asked = 'other';
      switch (verb.toUpperCase()) {
        case 'USER':
          logins.begin({ ts: seconds(timeUs), user: line.trim().slice(5).trim(), mechanism: 'USER' });
          asked = 'user';
          return;
        case 'PASS':
          if (logins.attempt) logins.attempt.isCleartext = true;
          asked = 'login';
          return;
        case 'APOP':
          logins.begin({ ts: seconds(timeUs), user: first, mechanism: 'APOP' });
          asked = 'login';
          return;
        case 'AUTH':
          if (first === '') return;
          exchange = new SaslExchange(logins.begin({ ts: seconds(timeUs) }), first);
          if (second !== undefined) exchange.take(second);
          asked = 'login';
          return;
        case 'STLS':
          asked = 'tls';
          return;
        default:
      }
    },
    answer(line, timeUs) {
      const [, sign = '', response = ''] = /^(\+OK|-ERR)(?: +(.*))?$/s.exec(line) ?? [];
      // What is listed, and what asks for more.
      if (sign === '') return;
      const was = asked;
      asked = 'other';
      exchange = null;
      const isGood = sign === '+OK';
      if (was === 'greeting') {
        if (!isGood) return channel.refuse();
        logins.server = response.slice(0, 256);
        channel.confirm('pop3');
      } else if (was === 'tls' && isGood) logins.hidden(seconds(timeUs));
      else if (was === 'login' || (was === 'user' && !isGood)) {
        logins.settle({ success: isGood, code: sign, response });
        if (isGood) channel.done();
      }
    },
    end: () => logins.settle({}),
  });
}
