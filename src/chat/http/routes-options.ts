import type { FastifyRequest } from 'fastify';
import type { SessionWatch } from '../../accounts/index.ts';
import type { Files } from '../../files/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';

interface AttachmentParts {
  readonly files: Files;
  readonly watch: Pick<SessionWatch, 'watch'>;
}

/** What the routes of chat/ need of others. */
export interface ChatRoutesOptions {
  /** Who asks; throws when nobody is signed in. */
  readonly caller: (request: FastifyRequest) => Caller;
  readonly person: ChatDeps['person'];
  readonly attachments: AttachmentParts;
}
