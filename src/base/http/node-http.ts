import type * as Http from 'node:http';
import type * as Https from 'node:https';
import type * as Tls from 'node:tls';

/**
 * `node:http` where a server or a request is made, without what an `import` of it costs: an import reads every export
 * once, and the one named WebSocket loads the whole of fetch, 14 MiB and 40 ms that neither server nor command line uses.
 */
export const httpOnUse = (): typeof Http => process.getBuiltinModule('node:http');

/** The same of `node:https`: every start would wait until TLS is loaded. */
export const httpsOnUse = (): typeof Https => process.getBuiltinModule('node:https');

/** The same of `node:tls`. */
export const tlsOnUse = (): typeof Tls => process.getBuiltinModule('node:tls');
