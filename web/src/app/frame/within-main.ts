import { createContext } from 'react';

/** Whether what is shown stands in the frame's `main` already: a page has one. */
export const WithinMain = createContext(false);
