import type * as Readline from 'node:readline';
import type * as Zlib from 'node:zlib';

/** Parts of Node that some runs need and no start does, to be asked for where they are used: an `import` loads them at once. */
export const readlineOnUse = (): typeof Readline => process.getBuiltinModule('node:readline');
export const zlibOnUse = (): typeof Zlib => process.getBuiltinModule('node:zlib');
