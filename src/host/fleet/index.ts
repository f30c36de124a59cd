/**
 * fleet/ is the hosts that report to a server: who may report, what each reported last and over time, and how they stand.
 * It runs nothing on a host: all that a host hears of it is when to scan. Start reading in intake/take-report.ts.
 */
export { serveFleet, type ServedFleet } from './serve.ts';
export type { FleetDeps, HostEvent } from './fleet-deps.ts';
export { knownHosts } from './hosts/known-hosts.ts';
