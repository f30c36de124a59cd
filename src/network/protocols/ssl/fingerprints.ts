import { createHash } from 'node:crypto';
import { type Hello, isGrease } from './hello.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const plain = (values: readonly number[]): number[] => values.filter((each) => !isGrease(each));
const dashed = (values: readonly number[]): string => plain(values).join('-');

/** JA3 of a client: version, ciphers, extensions, groups and point formats. */
export function ja3(hello: Hello): string {
  const { version, ciphers, extensions, groups, pointFormats } = hello;
  return md5([version, dashed(ciphers), dashed(extensions), dashed(groups), pointFormats.join('-')].join(','));
}

/** JA3S of a server. */
export function ja3s({ version, ciphers, extensions }: Hello): string {
  return md5([version, ciphers.join('-'), extensions.join('-')].join(','));
}

const SERVER_NAME = 0x0000;
const ALPN = 0x0010;
const VERSIONS: Readonly<Record<number, string>> = {
  0x0304: '13',
  0x0303: '12',
  0x0302: '11',
  0x0301: '10',
  0x0300: 's3',
  0x0002: 's2',
};

/** JA4 of a client over TCP (FoxIO, BSD licence); its parts sorted, so that a client that shuffles them stays the same. */
export function ja4(hello: Hello): string {
  const { beginning, ciphers, extensions, signatures } = ja4Parts(hello);
  const named = extensions.length === 0 ? '' : [extensions.join(','), ...signatures].join('_');
  return [beginning, short(ciphers.join(',')), short(named)].join('_');
}

/** The same in words (JA4_r). */
export function ja4Raw(hello: Hello): string {
  const { beginning, ciphers, extensions, signatures } = ja4Parts(hello);
  return [beginning, ciphers.join(','), extensions.join(','), ...signatures].join('_');
}

function ja4Parts(hello: Hello) {
  const ciphers = plain(hello.ciphers);
  const extensions = plain(hello.extensions);
  const versions = plain(hello.supportedVersions);
  const version = VERSIONS[versions.length > 0 ? Math.max(...versions) : hello.version] ?? '00';
  const name = extensions.includes(SERVER_NAME) ? 'd' : 'i';
  const count = (values: readonly number[]): string => String(Math.min(99, values.length)).padStart(2, '0');
  const signatures = plain(hello.signatures).map(hex);
  return {
    beginning: `t${version}${name}${count(ciphers)}${count(extensions)}${alpnLetters(hello.alpn[0])}`,
    ciphers: ciphers.map(hex).toSorted(),
    extensions: extensions
      .filter((each) => each !== SERVER_NAME && each !== ALPN)
      .map(hex)
      .toSorted(),
    /** None, or one text. */
    signatures: signatures.length === 0 ? [] : [signatures.join(',')],
  };
}

/** First and last letter; of what begins or ends with no letter or digit those of its bytes in hex. */
function alpnLetters(protocol: string | undefined): string {
  if (protocol === undefined || protocol === '') return '00';
  const ends = [protocol[0]!, protocol.at(-1)!];
  if (ends.every((letter) => /[0-9A-Za-z]/.test(letter))) return ends.join('');
  const bytes = Buffer.from(protocol, 'latin1').toString('hex');
  return `${bytes[0]}${bytes.at(-1)}`;
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');
const short = (text: string): string =>
  text === '' ? '000000000000' : createHash('sha256').update(text).digest('hex').slice(0, 12);
