/** Names and files that somebody made up to harm whoever opens them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

/** Would say so in the title of the page if any of it ran. */
const HARM = 'document.title = "harmed"; window.harmed = true';

test('names with markup, marks that turn the text around, and emoji are shown as they are', { skip }, async () => {
  const person = await stage.signUp({ name: '<b>Mallory</b> ‮evil‬', email: 'mallory@example.org' });
  const names = [
    `<img src=x onerror='${HARM}'>.txt`,
    '"><svg onload=alert(1)>.svg',
    'invoice‮gpj.exe',
    'التقرير السنوي ٢٠٢٦.pdf',
    '👩‍🚀 crew 🗂️.md',
    `${'very long '.repeat(20)}.txt`,
    '{{constructor.constructor("alert(1)")()}}.txt',
  ];
  const drive = await person.drive();
  for (const name of names) await drive.put('root', name, Buffer.from('x'));
  await drive.makeFolder('root', '<script>alert(1)<∕script>');
  await using watched = await stage.openAs(person, '/files');
  const { page } = watched;
  for (const name of [...names, '<script>alert(1)<∕script>']) {
    const link = page.getByRole('link', { name, exact: true });
    await link.waitFor();
    // A mark that turns text around ends where the name ends.
    assert.equal(await link.locator('bdi').count(), 1, `“${name}” is set apart from the text around it`);
  }
  await page.getByRole('link', { name: '<script>alert(1)<∕script>' }).click();
  await page.getByRole('heading', { name: '<script>alert(1)<∕script>' }).waitFor();
  await page.goto('/trash');
  await page.goto('/search#for=img');
  await page.getByRole('link', { name: /onerror/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate('window.harmed'), undefined);
  assert.notEqual(await page.title(), 'harmed');
});

const pages: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  'page.html': { type: 'text/html', body: `<!doctype html><script>${HARM}</script><h1>Log in</h1>` },
  'drawing.svg': {
    type: 'image/svg+xml',
    body: `<svg xmlns="http://www.w3.org/2000/svg"><script>${HARM}</script></svg>`,
  },
  'feed.xml': {
    type: 'application/xml',
    body: `<html xmlns="http://www.w3.org/1999/xhtml"><script>${HARM}</script></html>`,
  },
  'script.js': { type: 'text/javascript', body: HARM },
};

for (const [name, { type, body }] of Object.entries(pages)) {
  test(`an uploaded ${name} is handed out as a file and never as a page of the app`, { skip }, async () => {
    const person = await stage.signUp({ name: `Owner of ${name}`, email: `${name}@example.org` });
    const drive = await person.drive();
    const { id } = await drive.put('root', name, Buffer.from(body));
    const address = `/api/v1/drives/${drive.driveId}/files/${id}/content`;
    await using watched = await stage.openAs(person, '/files');
    const { page } = watched;
    await page.getByRole('link', { name }).waitFor();

    const coming = page.waitForEvent('download');
    await assert.rejects(async () => await page.goto(address), /Download is starting|ERR_ABORTED/);
    await (await coming).delete();

    const answer = await page.request.get(address);
    assert.equal(answer.status(), 200);
    const headers = answer.headers();
    assert.match(headers['content-disposition'] ?? '', /^attachment/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
    assert.match(
      headers['content-security-policy'] ?? '',
      /\bsandbox\b/,
      `${type} has no origin even if it were shown`,
    );

    // Framed or named as a script by whoever gets markup into a page, it still does nothing.
    watched.expectTrouble(/content security policy|MIME type/i);
    await page.evaluate(`new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.src = '${address}';
      const script = document.createElement('script');
      script.src = '${address}';
      script.onload = script.onerror = done;
      document.body.append(frame, script);
    })`);
    assert.equal(await page.evaluate('window.harmed'), undefined);
    assert.notEqual(await page.title(), 'harmed');
  });
}

test(
  'the policy of the app lets nothing in: no inline script, no eval, no frame, no form elsewhere',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Peggy' });
    await using watched = await stage.openAs(person, '/files');
    const { page } = watched;
    const answer = await page.reload();
    const policy = answer?.headers()['content-security-policy'] ?? '';
    const rules = Object.fromEntries(
      policy.split(';').map((rule) => {
        const [name = '', ...sources] = rule.trim().split(/\s+/);
        return [name, sources];
      }),
    );
    assert.deepEqual(rules['default-src'], ["'none'"]);
    assert.deepEqual(rules['script-src'], ["'self'"]);
    assert.deepEqual(rules['connect-src'], ["'self'"]);
    assert.deepEqual(rules['frame-ancestors'], ["'none'"]);
    assert.deepEqual(rules['base-uri'], ["'none'"]);
    assert.doesNotMatch(policy, /unsafe-|https?:|\*/);
    const another = (await page.reload())?.headers()['content-security-policy'] ?? '';
    assert.notEqual(another, policy, 'the nonce is another one for each answer');

    watched.expectTrouble(/content security policy/i);
    await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = ${JSON.stringify(HARM)};
    document.body.append(script);
    const button = document.createElement('button');
    button.setAttribute('onclick', ${JSON.stringify(HARM)});
    document.body.append(button);
    button.click();
  }`);
    assert.equal(await page.evaluate('window.harmed'), undefined);
  },
);
