import type { GetObjectLockConfigurationCommandOutput } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../../../base/errors.ts';

/** `look` asks for the object lock of a bucket. Throws what it throws, unless that says that the store has none. */
export async function lockOf(
  look: () => Promise<Pick<GetObjectLockConfigurationCommandOutput, 'ObjectLockConfiguration'>>,
): Promise<'off' | 'on' | 'always'> {
  try {
    const { ObjectLockConfiguration: lock } = await look();
    if (lock?.Rule?.DefaultRetention) return 'always';
    return lock?.ObjectLockEnabled === 'Enabled' ? 'on' : 'off';
  } catch (error) {
    const name = error instanceof HoldfastError ? (error.detail ?? '') : '';
    if (/^ObjectLockConfigurationNotFound|^NoSuchObjectLockConfiguration|^NotImplemented/.test(name)) return 'off';
    throw error;
  }
}
