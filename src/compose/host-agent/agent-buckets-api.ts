/**
 * The server, for verbs of buckets/ that nobody sits before: where it is away they wait for it. A watch keeps what it knows of a
 * bucket after it has told, so that nothing it saw is lost meanwhile, and what changes in that time it sees when it goes on.
 */
import { openAttempts } from '../../agent/index.ts';
import type { ApiClient } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';

export interface PatientDeps extends Omit<Parameters<typeof openAttempts>[0], 'onFailure'> {
  readonly onTrouble: (line: string) => void;
}

export interface PatientApi {
  readonly api: ApiClient;
  /** What the server refused last, for good; `null`: nothing. */
  readonly refused: HoldfastError | null;
}

/** What a server of ours says about a call itself does not pass by waiting; who is refused may be let in again. */
const REFUSALS = new Set([400, 404, 409, 413, 415, 422]);

export function patientApi(client: ApiClient, { onTrouble, ...deps }: PatientDeps): PatientApi {
  let refused: HoldfastError | null = null;
  const onFailure = ({ title }: HoldfastError): void => {
    onTrouble(`${client.url}: ${title}. It is asked again and again.`);
  };
  const attempts = openAttempts({ ...deps, onFailure });
  const kept = async <Reply>(call: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof HoldfastError) refused = error;
      throw error;
    }
  };
  return {
    api: {
      ...client,
      post: (path, body, options) =>
        kept(() =>
          attempts(
            () => client.post(path, body, options),
            ({ status }) => REFUSALS.has(status),
          ),
        ),
      // Its body comes once: the look is made again.
      upload: (method, path, body) => kept(() => client.upload(method, path, body)),
    },
    get refused() {
      return refused;
    },
  };
}
