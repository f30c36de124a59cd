import { createStore } from './store.ts';

/** Counts how often the line to the server came back after it had gone; what waited for it goes on then. */
export const reconnections = createStore(0);
