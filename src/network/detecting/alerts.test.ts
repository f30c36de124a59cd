import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alerts, type AlertText } from './alerts.ts';
import { START } from './test-flows.ts';

const limits = { alerts: 100, quietSeconds: 3600, againSeconds: 60 };

function text(severity: AlertText['severity'] = 'low', count = 1): () => AlertText {
  return () => ({
    ...{ note: 'Test::Note', msg: 'something', src: '192.0.2.1', severity },
    arithmetic: { count, threshold: 1, windowSeconds: 1, explained: [] },
  });
}

test('the same alert is one record with a count, until it was quiet for an hour', () => {
  const alerts = new Alerts(limits, () => null);
  for (const second of [0, 1, 2, 3000]) alerts.raise('a', START + second, `C${second}`, text());
  alerts.raise('a', START + 7000, 'C9', text());
  const taken = alerts.take(true);
  assert.deepEqual(
    taken.map(({ n, first, last, key, uids }) => [n, first - START, last - START, key, uids.length]),
    [
      [4, 0, 3000, `a@${START}`, 4],
      [1, 7000, 7000, `a@${START + 7000}`, 1],
    ],
  );
});

test('what is raised by something slow is one alert for as long as that takes', () => {
  const alerts = new Alerts(limits, () => null);
  for (const hour of [0, 5, 10]) alerts.raise('a', START + hour * 3600, null, text(), 86_400);
  assert.deepEqual(
    alerts.take(true).map(({ n }) => n),
    [3],
  );
});

test('an alert that goes on is told again after a minute, or when it is worse, and at the end in any case', () => {
  const alerts = new Alerts(limits, () => null);
  const told = (isEnd = false) => alerts.take(isEnd).map(({ n, severity }) => [n, severity]);
  alerts.raise('a', START, null, text());
  assert.deepEqual(told(), [[1, 'low']]);
  alerts.raise('a', START + 1, null, text());
  assert.deepEqual(told(), []);
  alerts.raise('a', START + 61, null, text());
  assert.deepEqual(told(), [[3, 'low']]);
  alerts.raise('a', START + 62, null, text('critical'));
  assert.deepEqual(told(), [[4, 'critical']]);
  alerts.raise('a', START + 63, null, text('critical'));
  assert.deepEqual(told(true), [[5, 'critical']]);
  assert.deepEqual(told(true), []);
});

test('an alert that ends soon after it was told is told once more with its last numbers, and then waits for nothing', () => {
  const alerts = new Alerts(limits, () => null);
  const told = (second: number) => alerts.take(false, START + second).map(({ n }) => n);
  alerts.raise('a', START, null, text());
  assert.deepEqual(told(1), [1]);
  for (const second of [1, 2, 3]) alerts.raise('a', START + second, null, text());
  assert.deepEqual(told(5), [], 'not at once');
  assert.deepEqual(told(61), [4], 'but although nothing more came');
  assert.deepEqual(told(300), []);
});

test('what waits to be told again is bounded: beyond that those that wait for longest are told, and no others', () => {
  const alerts = new Alerts({ ...limits, alerts: 10 }, () => null);
  let most = 0;
  for (let index = 0; index < 50; index += 1) {
    for (const second of [0, 1]) {
      alerts.raise(`of ${index}`, START + second, null, text());
      most = Math.max(most, alerts.take(false, START + second).length);
    }
  }
  assert.equal(most, 2, 'the one that came, and one that waited');
  assert.equal(alerts.take(true).length, 10);
});

test('while an alert waits its text is made when it was raised, and not each time that somebody asks', () => {
  const alerts = new Alerts(limits, () => null);
  let made = 0;
  const counted = () => {
    made += 1;
    return text()();
  };
  for (const second of [0, 1, 2]) {
    alerts.raise('a', START + second, null, counted);
    for (const _ of [1, 2, 3]) alerts.take(false, START + second);
  }
  assert.equal(made, 3);
});

test('an alert names the first twenty flows, each once', () => {
  const alerts = new Alerts(limits, () => null);
  for (let flow = 1; flow <= 30; flow += 1) for (const _ of [1, 2]) alerts.raise('a', START, `C${flow}`, text());
  const [taken] = alerts.take(true);
  assert.deepEqual(
    taken?.uids,
    Array.from({ length: 20 }, (_, index) => `C${index + 1}`),
  );
});

test('what is known of the addresses stands beside the alert', () => {
  const alerts = new Alerts(limits, (address) => (address === '192.0.2.1' ? 'DE, AS64500' : null));
  alerts.raise('a', START, null, text());
  assert.equal(alerts.take(true)[0]?.sub, '192.0.2.1: DE, AS64500');
});
