/** Where the workspace key lies: `/etc/holdfast/workspace.key`, or `kms:arn:aws:kms:eu-central-1:111122223333:key/…`. */
import { resolve } from 'node:path';
import type { Mistake } from './store-url.ts';

export type WorkspaceKeyPlace =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'kms';
      /** ARN of a key or of an alias, an alias, or an id. */
      readonly keyId: string;
      /** `null`: what the AWS configuration says. */
      readonly region: string | null;
    };

const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,64}):[0-9]{12}:(?:key|alias)\/[A-Za-z0-9:/_-]{1,256}$/;
const SHORT = /^(?:alias\/[A-Za-z0-9:/_-]{1,250}|(?:mrk-)?[0-9a-f-]{32,36})$/;

/** `name` is what mistakes call it. */
export function readWorkspaceKeyPlace(name: string, text: string, mistake: Mistake): WorkspaceKeyPlace {
  if (!text.startsWith('kms:')) return { kind: 'file', file: resolve(text) };
  const keyId = text.slice('kms:'.length);
  const region = ARN.exec(keyId)?.[1] ?? null;
  if (region === null && !SHORT.test(keyId)) {
    mistake(`${name}: behind “kms:” the ARN of a key in AWS KMS, alias/NAME or the id of a key is wanted.`);
  }
  return { kind: 'kms', keyId, region };
}
