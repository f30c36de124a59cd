import type { SettingValue, Target } from './change.ts';

/** Reads and writes single settings. Both throw `bucket_change_failed` with what the store said. */
export interface BucketWriter extends AsyncDisposable {
  read(target: Target, signal?: AbortSignal): Promise<SettingValue>;
  /** `null` takes the setting away. Waits and tries again while another change of the bucket is under way. */
  write(target: Target, value: SettingValue, options?: WriteOptions): Promise<void>;
}

export interface WriteOptions {
  /**
   * What the setting was seen to be. It is read again before each further attempt: where it is neither this nor what is
   * written, somebody else has changed it meanwhile and it is left alone. Left out: whatever it is.
   */
  readonly upon?: SettingValue;
  readonly signal?: AbortSignal;
}
