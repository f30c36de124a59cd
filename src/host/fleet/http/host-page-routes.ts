/** What is kept of one host over time, for admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../../base/http/access.ts';
import * as wire from '../../wire.ts';
import type { ServedFleet } from '../serve.ts';

const tags = ['hosts'];
const config = { access: 'admin' } as const;

export function hostPageRoutes(open: () => Promise<ServedFleet>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/hosts/:hostId/scans',
      config,
      schema: {
        operationId: 'listHostScans',
        summary: 'The scans of a host, newest first; those that saw the same are one',
        tags,
        params: wire.HostParams,
        querystring: wire.PageQuery,
        response: { 200: wire.ScansReply },
      },
      handler: async (request) => (await open()).scans(request.params.hostId, request.query),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/scans/:scanId',
      config,
      schema: {
        operationId: 'showHostScan',
        summary: 'What each check of a scan came to',
        tags,
        params: wire.ScanParams,
        response: { 200: wire.ScanReply },
      },
      handler: async (request) => (await open()).scan(request.params.hostId, request.params.scanId),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/compare',
      config,
      schema: {
        operationId: 'compareHostScans',
        summary: 'What is different between two scans of a host',
        tags,
        params: wire.HostParams,
        querystring: wire.FromToQuery,
        response: { 200: wire.HostCompareReply },
      },
      handler: async (request) => {
        const { from, to } = request.query;
        return (await open()).compare(request.params.hostId, from, to);
      },
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/facts',
      config,
      schema: {
        operationId: 'showHostFacts',
        summary: 'Addresses, routes, names and listeners of a host, and what had changed',
        tags,
        params: wire.HostParams,
        querystring: wire.FactsQuery,
        response: { 200: wire.FactsReply },
      },
      handler: async (request) => (await open()).facts(request.params.hostId, request.query.at ?? null),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/facts/states',
      config,
      schema: {
        operationId: 'listHostFacts',
        summary: 'When the facts of a host were others, newest first',
        tags,
        params: wire.HostParams,
        response: { 200: wire.StatesReply },
      },
      handler: async (request) => (await open()).states('facts', request.params.hostId),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/firewall/states',
      config,
      schema: {
        operationId: 'listHostRules',
        summary: 'When the firewall of a host had other rules, newest first',
        tags,
        params: wire.HostParams,
        response: { 200: wire.StatesReply },
      },
      handler: async (request) => (await open()).states('firewall', request.params.hostId),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/firewall/states/:stateId',
      config,
      schema: {
        operationId: 'showHostRules',
        summary: 'The rules of the firewall of a host at one time',
        tags,
        params: wire.StateParams,
        response: { 200: wire.RulesReply },
      },
      handler: async (request) => (await open()).rules(request.params.hostId, request.params.stateId),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId/firewall/diff',
      config,
      schema: {
        operationId: 'compareHostRules',
        summary: 'What is different between two states of the firewall, as diff -u writes it',
        tags,
        params: wire.HostParams,
        querystring: wire.FromToQuery,
        response: { 200: wire.RulesDiffReply },
      },
      handler: async (request) => {
        const { from, to } = request.query;
        return (await open()).rulesDiff(request.params.hostId, from, to);
      },
    });
  };
}
