import { isPrivate } from '../../records/private-address.ts';
import type { AlertText } from '../alerts.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';

const DAY = 86_400;

/** Certificates that are over, not valid yet, soon over, or vouched for by nobody else. They are seen up to TLS 1.2. */
export function certificate({ settings, raise }: DetectorDeps): Detector {
  const soonSeconds = settings.networkCertificateSoonMs / 1000;
  return {
    protocol(record) {
      if (record.log !== 'ssl' || record.cert_chain_fps === undefined) return;
      const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, proto } = record;
      const { not_valid_after: until, not_valid_before: from, self_signed: isOwn } = record;
      const isOurs = isPrivate(dst);
      const whose = [record.server_name, record.subject].flatMap((name) =>
        name === undefined ? [] : [name.slice(0, 200)],
      );
      const tell = (
        note: string,
        { severity, msg, count, threshold, why }: Pick<AlertText, 'severity' | 'msg'> & Numbers,
      ): void =>
        raise(
          keyOf(note, dst, port, record.cert_chain_fps?.[0] ?? ''),
          ts,
          uid,
          () => ({
            ...{ note, src, dst, p: port, proto, severity, msg },
            arithmetic: {
              count,
              threshold,
              windowSeconds: 0,
              explained: [why, ...whose.map((name) => `it is of ${name}`)],
            },
          }),
          DAY,
        );
      if (until !== undefined && until < ts) {
        tell('SSL::Certificate_Expired', {
          ...{ severity: isOurs ? 'medium' : 'low', msg: `The certificate of ${dst} port ${port} is over` },
          ...{ count: Math.round((ts - until) / DAY), threshold: 0 },
          why: `valid until ${day(until)}, which was ${days(ts - until)} before it was shown`,
        });
      } else if (until !== undefined && isOurs && until - ts < soonSeconds) {
        tell('SSL::Certificate_Expires_Soon', {
          ...{ severity: 'low', msg: `The certificate of ${dst} port ${port} is over in ${days(until - ts)}` },
          ...{ count: Math.round((until - ts) / DAY), threshold: Math.round(soonSeconds / DAY) },
          why: `valid until ${day(until)}; less than ${days(soonSeconds)} is soon`,
        });
      }
      if (from !== undefined && from > ts) {
        tell('SSL::Certificate_Not_Valid_Yet', {
          ...{ severity: 'low', msg: `The certificate of ${dst} port ${port} is not valid yet` },
          ...{ count: Math.round((from - ts) / DAY), threshold: 0 },
          why: `valid from ${day(from)}, ${days(from - ts)} after it was shown`,
        });
      }
      if (isOwn === true) {
        tell('SSL::Certificate_Self_Signed', {
          ...{
            severity: isOurs ? 'low' : 'medium',
            msg: `The certificate of ${dst} port ${port} is vouched for by itself alone`,
          },
          ...{ count: 1, threshold: 1 },
          why: 'it names itself as its issuer: whoever stands in between can show one that looks the same',
        });
      }
    },
  };
}

interface Numbers {
  readonly count: number;
  readonly threshold: number;
  readonly why: string;
}

function day(seconds: number): string {
  return Number.isFinite(seconds) && Math.abs(seconds) < 8e12
    ? new Date(seconds * 1000).toISOString().slice(0, 10)
    : String(seconds);
}

function days(seconds: number): string {
  const number = Math.round(seconds / DAY);
  return number === 1 ? '1 day' : `${number} days`;
}
