import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mrkdwnToMarkdown } from './mrkdwn.ts';
import { textOfSlackBody } from './slack-body.ts';

const MAX = 16 * 1024;
const json = (body: unknown, max = MAX) =>
  textOfSlackBody({ contentType: 'application/json', body: JSON.stringify(body) }, max);

test('mrkdwn becomes Markdown: links, bold, struck, escaped characters, and code as it is', () => {
  for (const [mrkdwn, markdown] of [
    ['See <https://example.org/a?b=1&amp;c=2|the *plan*>', 'See [the *plan*](https://example.org/a?b=1&c=2)'],
    ['<https://example.org>', 'https://example.org'],
    ['<mailto:ada@example.org|Ada>', '[Ada](mailto:ada@example.org)'],
    ['*bold* and ~gone~, _slanted_', '**bold** and ~~gone~~, _slanted_'],
    ['2*3*4 and a~b~c', '2*3*4 and a~b~c'],
    ['`*code* <x|y>` and ```\n*more*\n```', '`*code* <x|y>` and ```\n*more*\n```'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2', '1 < 2 && 3 > 2'],
    ['<!channel> <!here|here> <@U123|ada> <#C1|ops>', 'channel here ada #ops'],
    ['<!date^1392734382^{date}|18 Feb 2014>', '18 Feb 2014'],
    ['<javascript:alert(1)|click>', '<javascript:alert(1)>'],
    ['<https://example.org/(x)|a]b[c>', '[a b c](https://example.org/%28x%29)'],
  ] as const) {
    assert.equal(mrkdwnToMarkdown(mrkdwn), markdown, mrkdwn);
  }
});

test('what Alertmanager posts to Slack goes through', () => {
  const text = json({
    channel: '#alerts',
    username: 'Alertmanager',
    icon_emoji: ':fire:',
    attachments: [
      {
        title: '[FIRING:1] DiskFull (node1)',
        title_link: 'http://alertmanager:9093/#/alerts?receiver=slack',
        text: '*Summary:* disk is full',
        fallback: '[FIRING:1] DiskFull | http://alertmanager:9093',
        color: 'danger',
        fields: [{ title: 'Severity', value: 'critical', short: true }],
        actions: [{ type: 'button', text: 'Runbook', url: 'https://example.org/runbook' }],
        mrkdwn_in: ['fallback', 'pretext', 'text'],
        footer: 'monitoring',
      },
    ],
  });
  assert.equal(
    text,
    '**[FIRING:1  DiskFull (node1)](http://alertmanager:9093/#/alerts?receiver=slack)**\n**Summary:** disk is full\n**Severity**: critical\nmonitoring',
  );
});

test('what Grafana and a GitHub action post goes through', () => {
  const grafana = json({
    text: '[Alerting] CPU',
    attachments: [
      { fallback: 'CPU is high', title: 'CPU', text: 'node &gt; 90%', ts: 1, image_url: 'https://example.org/x.png' },
    ],
  });
  assert.equal(grafana, '[Alerting] CPU\n**CPU**\nnode > 90%');
  const action = json({
    text: 'GitHub Action build result: success',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Build & test' } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*success* in <https://github.com/o/r|o/r>' },
        fields: [{ type: 'mrkdwn', text: '*Branch*' }],
      },
      { type: 'divider' },
      { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open' } }] },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: 'by _ada_' },
          { type: 'image', image_url: 'x', alt_text: 'y' },
        ],
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
          },
        ],
      },
    ],
  });
  assert.equal(
    action,
    '**Build & test**\n**success** in [o/r](https://github.com/o/r)\n**Branch**\n---\nby _ada_ \n- one',
  );
});

test('the older form is read, and the fallback where there is nothing else', () => {
  const body = new URLSearchParams({ payload: JSON.stringify({ text: 'hello & goodbye' }) }).toString();
  assert.equal(textOfSlackBody({ contentType: 'application/x-www-form-urlencoded', body }, MAX), 'hello & goodbye');
  assert.equal(json({ attachments: [{ fallback: 'only this' }] }), 'only this');
});

test('what holds no words says nothing, and what is too long is cut between characters', () => {
  for (const body of [
    null,
    [],
    1,
    {},
    { text: '' },
    { text: 1 },
    { blocks: 'x', attachments: {} },
    { attachments: [null, 1, {}] },
  ]) {
    assert.equal(json(body), null, JSON.stringify(body));
  }
  assert.equal(textOfSlackBody({ contentType: '', body: '{' }, MAX), null);
  const cut = json({ text: 'ä'.repeat(100) }, 20);
  assert.equal(cut, `${'ä'.repeat(8)}…`);
  let nested: object = { type: 'text', text: 'deep' };
  for (let depth = 0; depth < 2000; depth++) nested = { type: 'rich_text_section', elements: [nested] };
  assert.equal(json({ text: 'x', blocks: [{ type: 'rich_text', elements: [nested] }] }), 'x');
});
