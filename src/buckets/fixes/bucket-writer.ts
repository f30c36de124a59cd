import type { SettingValue, Target } from './change.ts';

/** Reads and writes single settings. Both throw `bucket_change_failed` with what the store said. */
export interface BucketWriter extends AsyncDisposable {
  read(target: Target, signal?: AbortSignal): Promise<SettingValue>;
  /** `null` takes the setting away. Waits and tries again while another change of the bucket is under way. */
  write(target: Target, value: SettingValue, signal?: AbortSignal): Promise<void>;
}
