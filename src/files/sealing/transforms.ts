/** What happens to the bytes of a file on their way, piece by piece; the same on this thread and on another. */
import { createHash } from 'node:crypto';
import {
  makeHeader,
  newFileKey,
  parseRecipient,
  PayloadOpener,
  PayloadSealer,
  type KeyRecipient,
} from '../../age/index.ts';
import { HoldfastError } from '../../base/errors.ts';

/** What is to be done; plain data, since it goes to another thread. */
export type Task =
  | {
      readonly kind: 'seal';
      readonly fileKey: Uint8Array;
      /** Comes out first. */
      readonly header: Uint8Array;
      /** Of the plaintext, lower-case hex, when announced: else the last chunk is not sealed. */
      readonly sha256: string | null;
      /** Whoever gives the pieces hashes them, and holds them against what was announced; `sha256In` stays empty. */
      readonly isHashed?: boolean;
    }
  | { readonly kind: 'open'; readonly fileKey: Uint8Array }
  | { readonly kind: 'hash' }
  /** Takes no pieces; its end brings pairs of a fresh file key and the header that holds it for this recipient. */
  | { readonly kind: 'headers'; readonly recipient: string; readonly count: number };

/** What was seen go by. SHA-256 in lower-case hex. */
export interface Facts {
  readonly bytesIn: number;
  readonly sha256In: string;
  readonly bytesOut: number;
  readonly sha256Out: string;
}

/** Why nothing more comes; plain data as well. */
export type Failure =
  | { readonly kind: 'digest_mismatch' }
  | { readonly kind: 'payload'; readonly code: string; readonly detail: string | undefined };

/** What a piece, or the end, led to. After a failure or the facts there is nothing more. */
export interface Step {
  readonly out: readonly Uint8Array[];
  readonly failure?: Failure;
  readonly facts?: Facts;
}

/** Where nobody asks what went by. */
const NOTHING_SEEN: Facts = { bytesIn: 0, sha256In: '', bytesOut: 0, sha256Out: '' };

export interface Transform {
  /** Keeps the piece for a while: it must not be changed afterwards. */
  push(piece: Uint8Array): Step;
  end(): Step;
}

export function transformOf(task: Task): Transform {
  switch (task.kind) {
    case 'seal':
      return sealing(task);
    case 'open':
      return opening(task);
    case 'hash':
      return hashing();
    case 'headers':
      return makingHeaders(task);
  }
}

function sealing({ fileKey, header, sha256, isHashed = false }: Extract<Task, { kind: 'seal' }>): Transform {
  const sealer = new PayloadSealer(fileKey);
  const plain = isHashed ? null : createHash('sha256');
  const cipher = createHash('sha256');
  let [bytesIn, bytesOut] = [0, 0];
  let begun = false;
  const tell = (pieces: Uint8Array[]): Uint8Array[] => {
    if (!begun) pieces.unshift(header);
    begun = true;
    for (const piece of pieces) {
      cipher.update(piece);
      bytesOut += piece.length;
    }
    return pieces;
  };
  return {
    push(piece) {
      plain?.update(piece);
      bytesIn += piece.length;
      sealer.push(piece);
      const out: Uint8Array[] = [];
      for (let batch = sealer.batch(); batch; batch = sealer.batch()) out.push(batch);
      return { out: tell(out) };
    },
    end() {
      const sha256In = plain?.digest('hex') ?? '';
      if (plain && sha256 !== null && sha256 !== sha256In) return { out: [], failure: { kind: 'digest_mismatch' } };
      const out = tell([sealer.end()]);
      return { out, facts: { bytesIn, sha256In, bytesOut, sha256Out: cipher.digest('hex') } };
    },
  };
}

function opening({ fileKey }: Extract<Task, { kind: 'open' }>): Transform {
  const opener = new PayloadOpener(fileKey);
  // What was verified before the failure still comes out.
  const step = (out: Uint8Array[]): Step => {
    const { failure } = opener;
    if (!failure) return { out };
    const { code, detail } =
      failure instanceof HoldfastError ? failure : { code: 'age_payload_corrupt', detail: undefined };
    return { out, failure: { kind: 'payload', code, detail } };
  };
  return {
    push(piece) {
      opener.push(piece);
      const out: Uint8Array[] = [];
      for (let batch = opener.batch(); batch; batch = opener.batch()) out.push(batch);
      return step(out);
    },
    end() {
      const last = step([...opener.end()]);
      return last.failure ? last : { ...last, facts: NOTHING_SEEN };
    },
  };
}

function hashing(): Transform {
  const hash = createHash('sha256');
  let bytesIn = 0;
  return {
    push(piece) {
      hash.update(piece);
      bytesIn += piece.length;
      return { out: [] };
    },
    end: () => ({ out: [], facts: { bytesIn, sha256In: hash.digest('hex'), bytesOut: 0, sha256Out: '' } }),
  };
}

/** Reading a recipient takes as long as a header; few drives are written to at a time. */
let lastRecipient: { readonly text: string; readonly key: KeyRecipient } | null = null;

function makingHeaders({ recipient: text, count }: Extract<Task, { kind: 'headers' }>): Transform {
  return {
    push: () => ({ out: [] }),
    end() {
      if (lastRecipient?.text !== text) lastRecipient = { text, key: parseRecipient(text) };
      const { key } = lastRecipient;
      const out: Uint8Array[] = [];
      for (let made = 0; made < count; made += 1) {
        const fileKey = newFileKey();
        // In memory of their own: a message carries all the memory that a piece lies in.
        out.push(new Uint8Array(fileKey), new Uint8Array(makeHeader(fileKey, [key])));
      }
      return { out, facts: NOTHING_SEEN };
    },
  };
}
