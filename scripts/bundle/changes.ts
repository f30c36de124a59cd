/** What a build changes in dependencies: work that they do at every start and nobody needs. Tests run on them as they are. */
import type { Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';

const onUse = (name: string): string => `new Proxy({}, { get: (_, key) => process.getBuiltinModule('${name}')[key] })`;

const CHANGES: readonly { readonly file: RegExp; readonly from: string; readonly to: string }[] = [
  // The router writes a function as text for each piece of an address, and Node has to compile it; pieces from 16
  // characters on it compares as they are.
  { file: /find-my-way.lib.node\.js$/, from: 'LONG_PREFIX_MIN_LENGTH = 16', to: 'LONG_PREFIX_MIN_LENGTH = 2' },
  // It writes two more of them for each route. The one that names parameters is the same for all routes with the same
  // names, and the other is for routes of one address that differ by version or host, of which there are none.
  {
    file: /find-my-way.lib.handler-storage\.js$/,
    from: "return new Function('NullObject', fnBody.join('\\n'))(NullObject)",
    to: "const body = fnBody.join('\\n'); const made = (HandlerStorage.made ??= new Map()); if (!made.has(body)) made.set(body, new Function('NullObject', body)(NullObject)); return made.get(body)",
  },
  {
    file: /find-my-way.lib.handler-storage\.js$/,
    from: "this._getHandlerMatchingConstraints = new Function('derivedConstraints', lines.join('\\n'))",
    to: "this._getHandlerMatchingConstraints = (derived) => (this._getHandlerMatchingConstraints = new Function('derivedConstraints', lines.join('\\n'))).call(this, derived)",
  },
  // Whether plug-ins fit Fastify is known once both are in here.
  { file: /fastify.lib.plugin-utils\.js$/, from: "require('semver')", to: '{ satisfies: () => true }' },
  // A server without TLS or HTTP/2 loads neither.
  { file: /fastify.lib.server\.js$/, from: "require('node:https')", to: onUse('node:https') },
  { file: /fastify.lib.server\.js$/, from: "require('node:http2')", to: onUse('node:http2') },
  // No verb of ours is a program of its own.
  { file: /commander.lib.command\.js$/, from: "require('node:child_process')", to: onUse('node:child_process') },
];

export const withChanges: Plugin = {
  name: 'changes',
  setup(building) {
    const files = new Map(CHANGES.map(({ file }) => [file.source, file]));
    for (const [source, file] of files) {
      building.onLoad({ filter: file }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const { from, to } of CHANGES.filter((change) => change.file.source === source)) {
          if (!contents.includes(from)) throw new Error(`Build dist/: ${path} has changed, “${from}” is not in it`);
          contents = contents.replace(from, to);
        }
        return { contents };
      });
    }
  },
};
