import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gauge, metricsText } from './metrics.ts';

test('families become the text that Prometheus reads, whatever stands in labels', () => {
  const text = metricsText([
    gauge('a_seconds', 'How\nlong.', 1.5),
    {
      ...{ name: 'b_total', type: 'counter', help: 'Back\\slash.' },
      samples: [
        { labels: { route: '/a/:b', odd: 'q"u\\o\nte' }, value: 3 },
        { value: Number.POSITIVE_INFINITY },
        { value: Number.NaN },
      ],
    },
    { name: 'empty', type: 'gauge', help: 'Nothing.', samples: [] },
  ]);
  assert.equal(
    text,
    [
      '# HELP a_seconds How\\nlong.',
      '# TYPE a_seconds gauge',
      'a_seconds 1.5',
      '# HELP b_total Back\\\\slash.',
      '# TYPE b_total counter',
      'b_total{route="/a/:b",odd="q\\"u\\\\o\\nte"} 3',
      'b_total +Inf',
      'b_total NaN',
      '',
    ].join('\n'),
  );
});
