/** The two calls of AWS KMS that a wrapped ring needs. The SDK is loaded on first use. */
import type * as Sdk from '@aws-sdk/client-kms';
import { kmsFailure } from './kms-failures.ts';

export interface KmsPlace {
  /** ARN of a key or of an alias, an alias, or an id. */
  readonly keyId: string;
  /** `null`: of the ARN, else what the AWS configuration says. */
  readonly region: string | null;
}

export interface KmsClient {
  /** Answers the ARN of the key that did it. Throws `workspace_key_kms_denied`, `…_kms_unusable`, `…_kms_unreachable`. */
  wrap(plain: Uint8Array, context: Readonly<Record<string, string>>): Promise<{ keyArn: string; wrapped: Uint8Array }>;
  /** Throws as `wrap`, and `workspace_key_mismatch` when it was wrapped by another key or for another workspace. */
  unwrap(wrapped: Uint8Array, context: Readonly<Record<string, string>>): Promise<Buffer>;
}

const ATTEMPTS = 3;

export function kmsClient({ keyId, region }: KmsPlace, timeoutMs: number): KmsClient {
  const call = async <Output>(attempted: string, act: (sdk: typeof Sdk, client: Sdk.KMSClient) => Promise<Output>) => {
    const { default: sdk } = (await import('@aws-sdk/client-kms')) as unknown as { readonly default: typeof Sdk };
    const client = new sdk.KMSClient({
      ...(region === null ? {} : { region }),
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    });
    try {
      return await act(sdk, client);
    } catch (error) {
      throw kmsFailure(error, attempted);
    } finally {
      // It is asked once at a start, and when the key is rotated.
      client.destroy();
    }
  };
  return {
    wrap: (Plaintext, EncryptionContext) =>
      call(`Wrap the workspace key with ${keyId}`, async (sdk, client) => {
        const answer = await client.send(new sdk.EncryptCommand({ KeyId: keyId, Plaintext, EncryptionContext }));
        if (!answer.CiphertextBlob) throw new TypeError('KMS answered no ciphertext');
        return { keyArn: answer.KeyId ?? keyId, wrapped: answer.CiphertextBlob };
      }),
    unwrap: (CiphertextBlob, EncryptionContext) =>
      call(`Unwrap the workspace key with ${keyId}`, async (sdk, client) => {
        const answer = await client.send(new sdk.DecryptCommand({ KeyId: keyId, CiphertextBlob, EncryptionContext }));
        if (!answer.Plaintext) throw new TypeError('KMS answered no plaintext');
        return Buffer.from(answer.Plaintext);
      }),
  };
}
