import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingId } from '../../findings/index.ts';
import { shippedChecks } from '../checks/load.ts';
import { resourceOn } from '../scanning/observations.ts';
import type { HostScan } from '../scanning/scan.ts';
import { detectSystem } from '../system/system.ts';
import { wrongOf } from './choose-wrong.ts';

test('of a check that is named all is mended, and of one whose finding is named that finding', () => {
  const [one, other] = shippedChecks();
  assert.ok(one && other);
  const system = detectSystem('');
  const wrong = (resource: string) =>
    ({ verdict: 'fail', severity: null, resource, evidence: '', remedy: null }) as const;
  const checks = [one, other].map((script) => ({
    ...({ script, outcome: 'done', said: '', tookMs: 0 } as const),
    verdicts: [wrong('/a'), wrong('/b')],
  }));
  const scan: HostScan = { system, checks, probes: [], rules: null, tookMs: 0 };
  const findingIds = new Set([findingId({ check: other.header.id, resource: resourceOn(system, '/b') })]);
  const chosen = wrongOf(scan, { scripts: [one, other], whole: new Set([one]), findingIds }, new Map());
  assert.deepEqual(
    chosen.map(({ resources }) => resources),
    [['/a', '/b'], ['/b']],
  );
});
