import { Type, type Static } from '../../base/http/schema.ts';
import { type Weight, weights } from './alert.ts';

const Time = Type.String({ format: 'date-time' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** What a message of the workspace offers to do about what it tells. */
export const AlertView = Type.Object({
  kind: Type.String({ description: 'Of the notice: finding_opened, …' }),
  severity: Type.Unsafe<'info' | 'warning' | 'critical'>({ type: 'string', enum: ['info', 'warning', 'critical'] }),
  count: Type.Integer({
    description: 'How often it happened; it grows while just that happens again and nobody has acted on it.',
  }),
  things: Type.Integer({
    description: 'How many things it tells of, however often; its actions may be about the worst few alone.',
  }),
  firstTime: Time,
  lastTime: Time,
  link: Nullable(Type.String({ description: 'Where in the web app.' })),
  actions: Type.Array(
    Type.Object({
      actionId: Type.String(),
      verb: Type.Unsafe<'acknowledge' | 'accept'>({ type: 'string', enum: ['acknowledge', 'accept'] }),
      findingId: Nullable(Type.String()),
      title: Nullable(Type.String({ description: 'Of the finding.' })),
      severity: Nullable(
        Type.Unsafe<Weight>({ type: 'string', enum: [...weights], description: 'Of the finding, where it is known.' }),
      ),
      link: Nullable(Type.String({ description: 'Opens the finding in the web app.' })),
      done: Nullable(Type.Object({ handle: Type.String(), time: Time })),
    }),
  ),
});
export type AlertView = Static<typeof AlertView>;

export const ActRequest = Type.Object(
  {
    actionId: Type.String({ minLength: 1, maxLength: 200 }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'Kept with the finding.' })),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'A finding is accepted until then.' })),
  },
  { additionalProperties: false },
);
