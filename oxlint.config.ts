import { defineConfig, type OxlintOverride } from 'oxlint';

/**
 * The walls of the house, as lint rules. Imports go down only:
 *
 *   base <- age, storage, stacks <- accounts, audit, notifications, findings <- buckets, host, network, files <- chat <- live, tls <- server, cli, config <- compose.ts <- entry/
 *
 * A folder is entered through its face: `index.ts`, and the files named here beside it.
 */
const FACES = {
  age: ['index.ts', 'errors.ts', 'commands.ts'],
  storage: ['index.ts', 'errors.ts', 'settings.ts'],
  stacks: ['index.ts', 'errors.ts'],
  accounts: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts'],
  audit: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts'],
  findings: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts'],
  notifications: [
    'index.ts',
    'errors.ts',
    'settings.ts',
    'wire.ts',
    'commands.ts',
    'channels/index.ts',
    'channels/errors.ts',
    'channels/settings.ts',
  ],
  files: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts'],
  chat: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts', 'line/index.ts', 'line/settings.ts'],
  // Its index.ts loads the guard, which no start waits for: the routes stand beside it.
  buckets: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts', 'routes.ts'],
  // Its index.ts loads the scanner, and fleet/ the intake of reports, which no start waits for: the routes stand beside them.
  host: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts', 'routes.ts', 'fleet/index.ts'],
  deploy: ['index.ts', 'errors.ts', 'commands.ts'],
  // As in host/: the routes stand beside its index.ts, which loads the engine.
  network: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts', 'commands.ts', 'routes.ts'],
  agent: ['index.ts', 'errors.ts', 'settings.ts', 'commands.ts'],
  live: ['index.ts', 'errors.ts', 'settings.ts', 'wire.ts'],
  tls: ['index.ts', 'errors.ts', 'settings.ts'],
  server: ['index.ts', 'errors.ts', 'settings.ts'],
  cli: ['index.ts', 'errors.ts'],
  config: ['index.ts', 'errors.ts', 'cli-env.ts'],
} satisfies Record<string, string[]>;

type Folder = keyof typeof FACES;
const FOLDERS = Object.keys(FACES) as Folder[];

/** What a floor may enter, and why nothing else. A list narrows the face to those files. */
interface Floor {
  readonly files: string[];
  readonly may: Partial<Record<Folder, true | string[]>>;
  readonly why: string;
}

const NUMBERS_AND_CODES = ['errors.ts', 'settings.ts'];
const EVERYTHING = Object.fromEntries(FOLDERS.map((folder) => [folder, true])) as Record<Folder, true>;

const FLOORS: Record<string, Floor> = {
  base: { files: ['src/base/**'], may: {}, why: 'base/ holds what has no product words and imports nothing above it.' },
  age: { files: ['src/age/**'], may: {}, why: 'age/ is the file format alone: it knows no store, account or server.' },
  storage: {
    files: ['src/storage/**'],
    may: {},
    why: 'storage/ keeps opaque bytes and records and knows nothing of what they mean.',
  },
  stacks: {
    files: ['src/stacks/**'],
    may: {},
    why: 'stacks/ makes what a template says and knows none of what is deployed by it.',
  },
  accounts: {
    files: ['src/accounts/**'],
    may: { age: true, storage: true },
    why: 'accounts/ lies below files/ and every front door; what it needs of them is handed in by compose.',
  },
  audit: {
    files: ['src/audit/**'],
    may: { age: true, storage: true },
    why: 'audit/ writes down what others did and lies below them; accounts/ and audit/ are handed to each other by compose.',
  },
  findings: {
    files: ['src/findings/**'],
    may: { storage: true },
    why: 'findings/ keeps what guards report and knows none of them; who asks is handed in by compose.',
  },
  notifications: {
    files: ['src/notifications/**'],
    may: { age: true, storage: true },
    why: 'notifications/ tells people what others saw and knows none of them; what it needs is handed in by compose.',
  },
  files: {
    files: ['src/files/**'],
    may: { age: true, storage: true, accounts: true, audit: true },
    why: 'files/ serves any front door and knows none of them.',
  },
  chat: {
    files: ['src/chat/**'],
    may: { age: true, storage: true, accounts: true, files: true },
    why: 'chat/ holds rooms and what is said in them; it attaches files, which know nothing of it. Sockets are handed in by compose.',
  },
  buckets: {
    files: ['src/buckets/**'],
    may: { storage: true, stacks: true, findings: true },
    why: 'buckets/ judges buckets and reports findings; who hears of them is handed in by compose.',
  },
  host: {
    files: ['src/host/**'],
    may: { storage: true, findings: true },
    why: 'host/ judges the machine it runs on and reports findings; who hears of them is handed in by compose.',
  },
  network: {
    files: ['src/network/**'],
    may: { storage: true, findings: true },
    why: 'network/ judges what crossed the wire and reports findings; who hears of them is handed in by compose.',
  },
  agent: {
    files: ['src/agent/**'],
    may: { storage: true, host: true, buckets: true },
    why: 'agent/ runs guards on a host and reports to a server; it knows no server code, and what it needs else is handed in by compose.',
  },
  deploy: {
    files: ['src/deploy/**'],
    may: { stacks: true },
    why: 'deploy/ puts a built workspace into a cloud and knows none of what it does there; what it needs else is handed in by compose.',
  },
  live: {
    files: ['src/live/**'],
    may: { storage: true, accounts: true, files: true },
    why: 'live/ passes on that something changed; sockets, and what a change is, come from elsewhere.',
  },
  tls: {
    files: ['src/tls/**'],
    may: { storage: true },
    why: 'tls/ keeps the certificate of the server and knows no request; who serves with it is handed it by compose.',
  },
  server: {
    files: ['src/server/**'],
    may: { tls: true, age: true, storage: true, accounts: true, audit: true, files: true },
    why: 'server/ mounts the routes it is given; configuration and wiring are handed in by compose.',
  },
  cli: {
    files: ['src/cli/**'],
    may: {
      age: true,
      accounts: ['commands.ts', 'wire.ts', 'errors.ts'],
      audit: ['commands.ts', 'wire.ts', 'errors.ts'],
      buckets: ['commands.ts', 'wire.ts', 'errors.ts'],
      host: ['commands.ts', 'wire.ts', 'errors.ts'],
      network: ['commands.ts', 'wire.ts', 'errors.ts'],
      agent: ['commands.ts', 'errors.ts'],
      deploy: ['commands.ts', 'errors.ts'],
      findings: ['commands.ts', 'wire.ts', 'errors.ts'],
      notifications: ['commands.ts', 'wire.ts', 'errors.ts'],
      files: ['commands.ts', 'wire.ts', 'errors.ts'],
      chat: ['commands.ts', 'wire.ts', 'errors.ts'],
      config: ['cli-env.ts', 'errors.ts'],
    },
    why: 'cli/ asks a server over HTTP or is handed functions by entry/, so that starting a verb loads no server code.',
  },
  config: {
    files: ['src/config/**'],
    may: {
      storage: NUMBERS_AND_CODES,
      accounts: NUMBERS_AND_CODES,
      audit: NUMBERS_AND_CODES,
      buckets: NUMBERS_AND_CODES,
      host: NUMBERS_AND_CODES,
      network: NUMBERS_AND_CODES,
      agent: NUMBERS_AND_CODES,
      findings: NUMBERS_AND_CODES,
      notifications: [...NUMBERS_AND_CODES, 'channels/settings.ts'],
      files: NUMBERS_AND_CODES,
      chat: [...NUMBERS_AND_CODES, 'line/settings.ts'],
      live: NUMBERS_AND_CODES,
      tls: NUMBERS_AND_CODES,
      server: NUMBERS_AND_CODES,
    },
    why: 'config/ reads values and wires nothing; of the features it takes settings and error codes only.',
  },
  compose: { files: ['src/compose.ts', 'src/compose/**'], may: EVERYTHING, why: 'Nothing imports an executable.' },
  entry: { files: ['src/entry/**'], may: EVERYTHING, why: 'entry/ starts what compose built.' },
};

const SQL = {
  name: 'node:sqlite',
  message: 'SQL stays in src/storage/records/sqlite/; everything else speaks to the RecordStore port.',
};
const TYPEBOX = {
  name: 'typebox',
  message: 'Write schemas with src/base/http/schema.ts: loading TypeBox itself would slow the start.',
  allowTypeImports: true,
};
const HTTP = {
  name: 'node:http',
  message: 'Take it from src/base/http/node-http.ts: importing it loads the whole of fetch at the start.',
  allowTypeImports: true,
};
const TLS = ['node:https', 'node:tls', 'node:http2'].map((name) => ({
  name,
  message: 'Take it from src/base/http/node-http.ts where it is used: every start would wait until TLS is loaded.',
  allowTypeImports: true,
}));
const CLOUD = {
  regex: '^(@aws-sdk|@smithy)/|^mongodb$',
  message: 'Cloud SDKs and drivers of databases belong into the adapter of a port, loaded on first use.',
};

/** Rooms that the other rooms of their floor do not enter; what several of them need lies beside them. */
const APART: Record<string, string> = { base: '^\\.\\.?/[a-z0-9-]+/', server: '^\\.\\./(?:metrics|pages|sockets)/' };

/** The web app runs in a browser: of the server it knows what goes over the wire, and of that the types alone. */
const WEB_WALL: OxlintOverride = {
  files: ['web/src/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '/src/.+/wire\\.ts$|/src/wire\\.ts$',
            allowTypeImports: true,
            message: 'Of wire.ts files web/ takes types alone, so that no code of the server gets into the app.',
          },
          {
            group: ['**/src/**', '!**/src/**/wire.ts'],
            message:
              'web/ imports from the server only the types in wire.ts files; everything else is asked over HTTP.',
          },
          { group: ['node:*'], message: 'web/ runs in a browser.' },
        ],
      },
    ],
  },
};

function wall(name: string, { files, may, why }: Floor, sqlAllowed = false, cloudAllowed = false): OxlintOverride {
  const closed = FOLDERS.filter((folder) => folder !== name && !may[folder]).map((folder) => `**/${folder}/**`);
  if (name !== 'entry') closed.push('**/entry/**');
  if (name !== 'entry' && name !== 'compose') closed.push('**/compose.ts', '**/compose/**');
  const doors = Object.entries(may).map(([folder, only]) => {
    const face = only === true ? FACES[folder as Folder] : only;
    return {
      group: [`**/${folder}/**`, ...face.map((file) => `!**/${folder}/${file}`)],
      message:
        only === true ? `Enter ${folder}/ by its face: ${face.join(', ')}.` : `${why} Open here: ${face.join(', ')}.`,
    };
  });
  const apart = APART[name];
  const patterns = [
    ...(closed.length > 0 ? [{ group: closed, message: why }] : []),
    ...doors,
    ...(apart === undefined ? [] : [{ regex: apart, message: 'These rooms know none of each other.' }]),
    ...(cloudAllowed ? [] : [CLOUD]),
  ];
  const paths = [...(sqlAllowed ? [] : [SQL]), ...(name === 'base' ? [] : [TYPEBOX]), HTTP, ...TLS];
  return { files, rules: { 'no-restricted-imports': ['error', { paths, patterns }] } };
}

/** The walls of a floor for those of its files that may use what belongs to a cloud or to a driver. */
function cloudIn(name: string, files: string[]): OxlintOverride {
  return wall(name, { ...FLOORS[name], files } as Floor, false, true);
}

const TALKS_TO_THE_TERMINAL = ['src/cli/**', 'src/entry/**', 'scripts/**', 'bench/**', 'test/**'];
const STANDS_OUTSIDE = ['scripts/**', 'bench/**', 'test/**'];

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'node', 'promise'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  env: { node: true, es2024: true },
  ignorePatterns: ['dist', '.build-*', 'data', '.services', 'test/vectors'],
  rules: {
    // A lost promise is a lost error: the server would acknowledge what was never written.
    'typescript/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [
          {
            from: 'package',
            package: 'node:test',
            name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
          },
        ],
      },
    ],
    'typescript/no-misused-promises': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/no-deprecated': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-import-type-side-effects': 'error',
    'typescript/restrict-plus-operands': 'error',
    'import/no-cycle': 'error',
    'node/no-process-env': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/no-process-exit': 'error',
    'unicorn/prefer-node-protocol': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-lines': ['error', { max: 400 }],
    'no-console': 'error',
    'no-proto': 'error',
    'no-sequences': 'error',
    'no-var': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'prefer-const': 'error',

    // Matters of taste where both ways read well here, and one rule that means Express.
    'import/no-named-as-default-member': 'off',
    'import/no-unassigned-import': 'off',
    'no-control-regex': 'off',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    // Cannot see a variable that a callback changes.
    'no-unmodified-loop-condition': 'off',
    'oxc/no-async-endpoint-handlers': 'off',
    'promise/always-return': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/no-useless-spread': 'off',
    // What Node declares is not always what it does: process.stdout.isTTY is undefined on a pipe.
    'typescript/no-unnecessary-type-conversion': 'off',
    'typescript/no-useless-default-assignment': 'off',
    'unicorn/consistent-function-scoping': 'off',
  },
  overrides: [
    ...Object.entries(FLOORS).map(([name, floor]) => wall(name, floor)),
    WEB_WALL,
    { files: ['web/src/**/*.test.ts'], rules: { 'no-restricted-imports': 'off' } },
    {
      files: ['web/**'],
      plugins: ['react', 'jsx-a11y'],
      env: { browser: true },
      rules: {
        'react/rules-of-hooks': 'error',
        'react/exhaustive-deps': 'error',
        'react/react-in-jsx-scope': 'off',
        // Meant for the React Compiler, which is not used.
        'react/incompatible-library': 'off',
        'react/purity': 'off',
        'react/static-components': 'off',
        // The patterns of ARIA for grids and list boxes, whose keys are handled by the box and not by each row.
        'jsx-a11y/click-events-have-key-events': 'off',
        'jsx-a11y/interactive-supports-focus': 'off',
        'jsx-a11y/no-noninteractive-element-to-interactive-role': 'off',
        'jsx-a11y/no-static-element-interactions': 'off',
        'jsx-a11y/prefer-tag-over-role': 'off',
        // On pages that are one form, where people would go there first anyway.
        'jsx-a11y/no-autofocus': 'off',
        // The router's redirects are thrown, and are no errors.
        'typescript/only-throw-error': 'off',
      },
    },
    {
      // Browsers show no PDF behind a sandbox; docs/threat-model.md says what stands in its place.
      files: ['web/src/features/files/previews/pdf-dialog.tsx'],
      plugins: ['react'],
      rules: { 'react/iframe-missing-sandbox': 'off' },
    },
    // Whose credentials a client takes, for the adapters of three floors.
    cloudIn('base', ['src/base/aws/profile.ts']),
    wall('storage', { ...FLOORS['storage'], files: ['src/storage/records/sqlite/**'] } as Floor, true),
    wall('network', { ...FLOORS['network'], files: ['src/network/store/sqlite/**'] } as Floor, true),
    cloudIn('network', ['src/network/store/mongodb/**']),
    cloudIn('storage', ['src/storage/records/dynamodb/**']),
    cloudIn('storage', ['src/storage/objects/s3/**']),
    cloudIn('stacks', ['src/stacks/formation.ts']),
    cloudIn('accounts', ['src/accounts/keys/kms/**']),
    cloudIn('notifications', ['src/notifications/channels/sns*.ts']),
    cloudIn('buckets', [
      'src/buckets/facts/aws/**',
      'src/buckets/fixes/aws/**',
      'src/buckets/guard/aws/**',
      'src/buckets/notices/aws/**',
      'src/buckets/watching/aws/**',
    ]),
    {
      files: ['**/*.test.ts'],
      rules: {
        'typescript/no-misused-spread': 'off',
        'typescript/only-throw-error': 'off',
        'typescript/unbound-method': 'off',
      },
    },
    { files: ['src/config/**', ...STANDS_OUTSIDE], rules: { 'node/no-process-env': 'off' } },
    { files: TALKS_TO_THE_TERMINAL, rules: { 'no-console': 'off' } },
    // A second Ctrl-C does not wait; everywhere else the process ends by emptying its loop.
    { files: ['src/cli/terminal/signals.ts', ...STANDS_OUTSIDE], rules: { 'unicorn/no-process-exit': 'off' } },
  ],
});
