/** The stores of the workspace over HTTP: what they can do, how they answer, and where they move. For admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Session, sessionOf } from '../../accounts/index.ts';
import { timestamp } from '../../base/clock.ts';
import { Type } from '../../base/http/schema.ts';
import '../../base/http/access.ts';
import type { ObjectStore } from '../../storage/index.ts';
import { type StoreName, storeNames } from './known-stores.ts';
import type { StoreFigures } from './open-stores.ts';
import { abilityChecks } from './store-abilities.ts';
import type { MoveRow, StoreMoves } from './store-moves.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.String({ format: 'date-time' });

const Operation = Type.Object({
  operation: Type.String(),
  calls: Count,
  running: Type.Integer({ minimum: 0, description: 'Not ended yet; a read ends with its last byte.' }),
  failures: Type.Record(Type.String(), Count, { description: 'By error code.' }),
  bytes: Type.Integer({ minimum: 0, description: 'Sent or received, those of failed calls too.' }),
  meanMs: Type.Number({ description: 'Until the store answered.' }),
  maxMs: Type.Number(),
});

const Move = Type.Object({
  to: Type.String({ description: 'URL of the new place, without secrets.' }),
  state: Type.Union([Type.Literal('copying'), Type.Literal('ready')], {
    description: 'Once ready, a start with the new place makes it the store.',
  }),
  startedTime: Time,
  readyTime: Type.Union([Time, Type.Null()]),
  pass: Type.Integer({ minimum: 1, description: 'The first brings everything, later ones what has changed since.' }),
  seen: Count,
  seenBytes: Count,
  total: Type.Union([Type.Object({ objects: Count, bytes: Count }), Type.Null()], {
    description: 'What the store held when the move began; null while that is being counted.',
  }),
  damaged: Type.Integer({ minimum: 0, description: 'Objects that no store has a good copy of.' }),
  lastCode: Type.Union([Type.String(), Type.Null()], { description: 'Why the last attempt failed; it goes on later.' }),
});

const Name = Type.Union([Type.Literal('primary'), Type.Literal('backup')]);

const Store = Type.Object({
  name: Name,
  url: Type.String({ description: 'Without secrets.' }),
  checks: Type.Array(
    Type.Object({
      id: Type.String(),
      verdict: Type.Union([Type.Literal('pass'), Type.Literal('warn'), Type.Literal('fail')]),
      what: Type.String(),
      remedy: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  operations: Type.Array(Operation, { description: 'Since the start of this server; none for a folder.' }),
  move: Type.Union([Move, Type.Null()]),
});

const StoresReply = Type.Object({ stores: Type.Array(Store) });

export interface StoresRoutesOptions {
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
  /** Of calls that went to a store; `null` for one that is not metered. */
  readonly figures: { readonly [Name in StoreName]: (() => StoreFigures) | null };
  readonly moves: StoreMoves;
  /** Throws unless the password is right. */
  readonly verifyPassword: (session: Session, password: string) => Promise<void>;
}

export function storesRoutes(options: StoresRoutesOptions): FastifyPluginAsyncTypebox {
  const { stores, figures, moves, verifyPassword } = options;
  const view = async () => {
    const under = await moves.under();
    return {
      stores: storeNames.map((name) => {
        const { properties } = stores[name];
        const move = under.get(name);
        const operations = operationsOf(figures[name]?.() ?? {});
        return {
          name,
          url: properties.url,
          checks: abilityChecks('', properties, 'It', name === 'backup' ? 'second copies' : 'objects'),
          operations,
          move: move ? moveView(move) : null,
        };
      }),
    };
  };
  const params = Type.Object({ name: Name });
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/admin/stores',
      config: { access: 'admin' },
      schema: {
        operationId: 'listStores',
        summary: 'The stores of the workspace',
        description: 'Where they lie, what they can do, how they have answered, and where they move. For admins.',
        tags: ['workspace'],
        response: { 200: StoresReply },
      },
      handler: view,
    });

    app.route({
      method: 'POST',
      url: '/admin/stores/:name/move',
      config: { access: 'admin' },
      schema: {
        operationId: 'moveStore',
        summary: 'Move a store to another place while the server runs',
        description:
          'Asks for the password again. Everything is copied and verified in the background, without a key; it goes on after a restart. Once it is ready, the next start with the new place uses that. Repeated for the same place, it changes nothing.',
        tags: ['workspace'],
        params,
        body: Type.Object({
          url: Type.String({ maxLength: 2048, description: 'As HOLDFAST_OBJECTS would name it.' }),
          password: Type.String({ maxLength: 1024 }),
        }),
        response: { 202: StoresReply },
      },
      handler: async (request, reply) => {
        const session = sessionOf(request);
        await verifyPassword(session, request.body.password);
        await moves.begin(session, request.params.name, request.body.url);
        return reply.code(202).send(await view());
      },
    });

    app.route({
      method: 'DELETE',
      url: '/admin/stores/:name/move',
      config: { access: 'admin' },
      schema: {
        operationId: 'callOffStoreMove',
        summary: 'Call the move of a store off',
        description:
          'The store stays where it is. What was copied stays in the new place, which a later move takes up.',
        tags: ['workspace'],
        params,
        response: { 200: StoresReply },
      },
      handler: async (request) => {
        await moves.callOff(sessionOf(request), request.params.name);
        return view();
      },
    });
  };
}

function operationsOf(figures: StoreFigures) {
  return Object.entries(figures)
    .filter(([, { calls }]) => calls > 0)
    .map(([operation, { calls, running, failures, bytes, totalMs, maxMs }]) => ({
      operation,
      calls,
      running,
      failures: { ...failures },
      bytes,
      meanMs: totalMs / calls,
      maxMs,
    }));
}

function moveView({ to, startedMs, readyMs, pass, total, damaged, lastCode }: MoveRow) {
  return {
    to: to.url,
    state: readyMs === null ? ('copying' as const) : ('ready' as const),
    startedTime: timestamp(startedMs),
    readyTime: readyMs === null ? null : timestamp(readyMs),
    pass: pass.number,
    seen: pass.seen,
    seenBytes: pass.seenBytes,
    total: total && { ...total },
    damaged: Math.max(damaged, pass.damaged),
    lastCode,
  };
}
