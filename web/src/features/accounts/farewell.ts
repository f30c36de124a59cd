import { createStore } from '../../base/store.ts';
import type { Deletion } from './settings/api.ts';

/** What the server said when an account was deleted: told on the page after it. */
export const farewell = createStore<Deletion | null>(null);
