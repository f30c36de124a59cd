import type * as Http from 'node:http';

/**
 * `node:http`, without what an `import` of it costs: an import reads every export once, and the one named WebSocket
 * loads the whole of fetch, 14 MiB and 40 ms that neither server nor command line uses.
 */
export const http: typeof Http = process.getBuiltinModule('node:http');
