import '../../base/http/access.ts';

/** For routes that programs with an app password of this scope may call: content, files and folders; never keys. */
export const filesScope = { scope: 'files' } as const;
