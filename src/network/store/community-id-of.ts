import { Kind, Word, WORDS } from '../flows/layout.ts';
import { ByteWriter } from '../records/byte-writer.ts';
import { CommunityId } from '../records/community-id.ts';
import type { AddressWords } from './address-words.ts';

/** What a Community ID is made of; it is reckoned again when a flow is read, rather than kept. */
export interface CommunityParts {
  readonly originator: AddressWords;
  readonly responder: AddressWords;
  readonly originatorPort: number;
  readonly responderPort: number;
  readonly protocol: number;
  readonly isOneWay: boolean;
}

const words = new Int32Array(WORDS);
const writer = new ByteWriter();
const communityId = new CommunityId();

export function communityIdOf(parts: CommunityParts): string {
  const { originator, responder, protocol, isOneWay } = parts;
  words.set(originator.words, Word.originator);
  words.set(responder.words, Word.responder);
  words[Word.ports] = (parts.originatorPort << 16) | parts.responderPort;
  words[Word.kind] = protocol | (originator.isVersion6 ? Kind.version6 : 0) | (isOneWay ? Kind.oneWay : 0);
  communityId.write(writer, words, 0);
  return String.fromCharCode(...writer.take());
}
