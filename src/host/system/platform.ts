export type HostPlatform = 'linux' | 'windows';

/** `null`: hosts of this kind are not looked at. */
export function platformHere(platform: NodeJS.Platform = process.platform): HostPlatform | null {
  if (platform === 'win32') return 'windows';
  return platform === 'linux' ? 'linux' : null;
}
