import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import '../base/http/access.ts';
import { findingErrors } from './errors.ts';
import type { Findings } from './findings.ts';
import type { Decider } from './findings-deps.ts';
import { placeOf } from './place.ts';
import type { FindingsSettings } from './settings.ts';
import { fileNames, mediaTypes } from './render/formats.ts';
import { runView } from './views.ts';
import * as wire from './wire.ts';

export interface FindingsRoutesOptions {
  readonly decider: (request: FastifyRequest) => Decider;
  readonly reporter: (request: FastifyRequest) => Reporter;
  readonly clock: Clock;
  readonly settings: FindingsSettings;
}

/** Who reports. */
export interface Reporter {
  /** A person or a guard, the same in each of its requests. */
  readonly reporterId: string;
  /** It reports for this one guard, and its places are its own: it changes nothing that another guard has found. */
  readonly only?: string;
}

const tags = ['findings'];
const config = { access: 'admin' } as const;
/** What guards may do beside admins: report. An answer tells no more than what the guard itself has said. */
const reportConfig = { access: 'admin', scope: 'agent', hosts: 'buckets' } as const;

/** The routes of findings/, to be mounted under `/api/v1`: for admins, since a finding shows where one can get in. */
export function findingsRoutes(findings: Findings, options: FindingsRoutesOptions): FastifyPluginAsyncTypebox {
  const place = (request: FastifyRequest) => placeOf(findings, options.decider(request), options.clock);
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/findings',
      config,
      schema: {
        operationId: 'listFindings',
        summary: 'What the guards found, worst first',
        description: 'By default what is open: wrong or not known, and nobody decided to live with it. For admins.',
        tags,
        querystring: wire.FindingsQuery,
        response: { 200: wire.FindingsReply },
      },
      handler: (request) => place(request).list(request.query),
    });

    app.route({
      method: 'GET',
      url: '/findings/totals',
      config,
      schema: {
        operationId: 'countFindings',
        summary: 'How many findings there are, by state and severity',
        tags,
        response: { 200: wire.TotalsReply },
      },
      handler: (request) => place(request).totals(),
    });

    app.route({
      method: 'GET',
      url: '/findings/export',
      config,
      schema: {
        operationId: 'exportFindings',
        summary: 'Findings as one file',
        description:
          'JSON Lines, CSV, OCSF 1.6 (one event a line), or an HTML report in one file. A connection that is cut means that not all of it was sent.',
        tags,
        querystring: wire.ExportQuery,
      },
      handler: async (request, reply) => {
        const { format = 'jsonl', ...filter } = request.query;
        return reply
          .headers({
            'Content-Type': mediaTypes[format],
            'Content-Disposition': `attachment; filename="${fileNames[format]}"`,
            'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            'Cache-Control': 'private, no-store',
          })
          .send(Readable.from(place(request).export(filter, format), { highWaterMark: 16 }));
      },
    });

    app.route({
      method: 'GET',
      url: '/findings/:findingId',
      config,
      schema: {
        operationId: 'showFinding',
        summary: 'One finding with its evidence, remedy and history',
        tags,
        params: wire.FindingParams,
        response: { 200: wire.FindingReply },
      },
      handler: (request) => place(request).show(request.params.findingId),
    });

    app.route({
      method: 'POST',
      url: '/findings/:findingId/accept',
      config,
      schema: {
        operationId: 'acceptFinding',
        summary: 'Live with a finding, until a day or for good',
        description: 'It opens again by itself on that day, if it is still so.',
        tags,
        params: wire.FindingParams,
        body: wire.AcceptBody,
        response: { 200: wire.FindingView },
      },
      handler: (request) => place(request).accept(request.params.findingId, request.body),
    });

    app.route({
      method: 'POST',
      url: '/findings/:findingId/reopen',
      config,
      schema: {
        operationId: 'reopenFinding',
        summary: 'Take an acceptance back',
        tags,
        params: wire.FindingParams,
        body: wire.ReopenBody,
        response: { 200: wire.FindingView },
      },
      handler: (request) => place(request).reopen(request.params.findingId, request.body),
    });

    app.route({
      method: 'POST',
      url: '/findings/accept',
      config,
      schema: {
        operationId: 'acceptFindings',
        summary: 'Live with many findings, with one reason',
        description: 'Each for itself: what was fixed meanwhile is told and does not hold up the others.',
        tags,
        body: wire.AcceptEachBody,
        response: { 200: wire.DecidedReply },
      },
      handler: (request) => place(request).acceptEach(request.body),
    });

    app.route({
      method: 'POST',
      url: '/findings/reopen',
      config,
      schema: {
        operationId: 'reopenFindings',
        summary: 'Take many acceptances back, with one reason',
        tags,
        body: wire.ReopenEachBody,
        response: { 200: wire.DecidedReply },
      },
      handler: (request) => place(request).reopenEach(request.body),
    });

    app.route({
      method: 'POST',
      url: '/findings/baseline',
      config,
      schema: {
        operationId: 'approveFindings',
        summary: 'Approve the present state',
        description: 'Accepts everything that is open and fits the filter, so that only what comes new is open.',
        tags,
        body: wire.BaselineBody,
        response: { 200: wire.BaselineReply },
      },
      handler: (request) => place(request).baseline(request.body),
    });

    await ruleRoutes(place)(app, {});
    await runRoutes(place)(app, {});
    await reportRoutes(findings, options)(app, {});
  };
}

type PlaceFor = (request: FastifyRequest) => ReturnType<typeof placeOf>;

function ruleRoutes(place: PlaceFor): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/findings/rules',
      config,
      schema: {
        operationId: 'listFindingRules',
        summary: 'The rules that suppress findings',
        tags,
        response: { 200: wire.RulesReply },
      },
      handler: (request) => place(request).rules(),
    });

    app.route({
      method: 'POST',
      url: '/findings/rules',
      config,
      schema: {
        operationId: 'addFindingRule',
        summary: 'Suppress findings by check, resource, path or tag',
        description: 'Every part that is named has to match. It takes hold at once, and of every later finding.',
        tags,
        body: wire.RuleBody,
        response: { 201: wire.RuleAdded },
      },
      handler: async (request, reply) => reply.code(201).send(await place(request).addRule(request.body)),
    });

    app.route({
      method: 'DELETE',
      url: '/findings/rules/:ruleId',
      config,
      schema: {
        operationId: 'removeFindingRule',
        summary: 'Remove a rule; what it suppressed is open again',
        tags,
        params: wire.RuleParams,
        response: { 200: wire.RuleRemoved },
      },
      handler: (request) => place(request).removeRule(request.params.ruleId),
    });
  };
}

function runRoutes(place: PlaceFor): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/findings/runs',
      config,
      schema: {
        operationId: 'listFindingRuns',
        summary: 'When guards looked, newest first',
        tags,
        querystring: wire.PageQuery,
        response: { 200: wire.RunsReply },
      },
      handler: (request) => place(request).runs(request.query),
    });

    app.route({
      method: 'GET',
      url: '/findings/diff',
      config,
      schema: {
        operationId: 'compareFindingRuns',
        summary: 'What changed between two runs of one guard at one place',
        tags,
        querystring: wire.CompareQuery,
        response: { 200: wire.CompareReply },
      },
      handler: (request) => place(request).compare(request.query.from, request.query.to),
    });
  };
}

function reportRoutes(
  findings: Findings,
  { reporter, settings: { findingsBatchBytes } }: FindingsRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/findings/runs',
      config: reportConfig,
      schema: {
        operationId: 'beginFindingRun',
        summary: 'Begin to report what a guard sees',
        tags,
        body: wire.RunBody,
        response: { 201: wire.RunView },
      },
      handler: async (request, reply) => {
        const { reporterId, only } = reporter(request);
        const { source, scope } = request.body;
        if (only !== undefined && source !== only) throw findingErrors('finding_source_refused', { detail: source });
        const own = only === undefined ? scope : `${scope} (${reporterId})`;
        const run = await findings.beginRun({
          ...request.body,
          ...{ scope: own, reporterId, isConfined: only !== undefined },
        });
        return reply.code(201).send(runView(run));
      },
    });

    app.route({
      method: 'PUT',
      url: '/findings/runs/:runId/batches/:batch',
      config: reportConfig,
      bodyLimit: findingsBatchBytes,
      schema: {
        operationId: 'reportFindings',
        summary: 'Report a batch of what a guard sees',
        description: 'Counted from 0, in order; the last one may be sent again after a lost answer.',
        tags,
        params: wire.BatchParams,
        body: wire.BatchBody,
        response: { 200: wire.RunView },
      },
      handler: async (request) => {
        const { runId, batch } = request.params;
        return runView(await findings.observe(runId, batch, request.body.findings, reporter(request).reporterId));
      },
    });

    app.route({
      method: 'POST',
      url: '/findings/runs/:runId/end',
      config: reportConfig,
      schema: {
        operationId: 'endFindingRun',
        summary: 'End a run; after a complete one, what it did not see is gone',
        tags,
        params: wire.RunParams,
        body: wire.EndBody,
        response: { 200: wire.RunView },
      },
      handler: async (request) => {
        const { complete } = request.body;
        return runView(await findings.endRun(request.params.runId, complete, reporter(request).reporterId));
      },
    });
  };
}
