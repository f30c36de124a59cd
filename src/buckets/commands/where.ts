/** Which account or store a verb of buckets/ means, and where this computer keeps what it finds. */
import { resolve } from 'node:path';
import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { AwsPlace } from '../facts/aws/reader.ts';

export const placeOptions: readonly CommandOption[] = [
  { name: 'endpoint', value: 'URL', about: 'A store that speaks S3 (default: AWS, by the AWS configuration)' },
  { name: 'role', value: 'ARN', many: true, about: 'Assume this role first; several: one account after the other' },
  { name: 'state', value: 'DIR', about: 'Keep findings, replies and receipts there' },
];

/** Where to look, as far as the command line says it. */
export type ChosenPlace = Pick<AwsPlace, 'endpoint' | 'role'>;

/** One place for each role. Throws `usage_invalid`. */
export function placesFrom(input: CommandInput): readonly ChosenPlace[] {
  const endpoint = endpointFrom(input.text('endpoint'));
  const roles = input.list('role');
  if (endpoint !== null && roles.length > 0) {
    throw commandErrors('usage_invalid', { detail: '--role is for AWS; a store behind --endpoint knows no roles' });
  }
  for (const role of roles) {
    if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(role)) {
      throw commandErrors('usage_invalid', { detail: '--role takes an ARN: arn:aws:iam::123456789012:role/NAME' });
    }
  }
  if (roles.length === 0) return [{ endpoint, role: null }];
  return roles.map((role) => ({ endpoint: null, role }));
}

export function stateFolderFrom(context: CommandContext, input: CommandInput): string {
  const folder = input.text('state');
  return folder === undefined ? context.stateFolder : resolve(context.workingFolder, folder);
}

function endpointFrom(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.pathname === '/' && url.search === '') {
    return url.origin;
  }
  throw commandErrors('usage_invalid', {
    detail: '--endpoint takes the address of a store without a path: https://s3.example.org',
  });
}
