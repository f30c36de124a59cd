import type { Store } from './stores-api.ts';

/** What each store is called, and the setting that names its place at a start of the server. */
export const roleWords: Readonly<
  Record<
    Store['name'],
    { readonly title: string; readonly plural: string; readonly inside: string; readonly variable: string }
  >
> = {
  primary: { title: 'Files', plural: 'The files', inside: 'the files', variable: 'HOLDFAST_OBJECTS' },
  backup: {
    title: 'Second copies',
    plural: 'The second copies',
    inside: 'the second copies',
    variable: 'HOLDFAST_BACKUP',
  },
};
