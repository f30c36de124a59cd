/** The bell and what it tells: counted, read, followed, and new ones without loading the page again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Worker } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { generalRoom, handleOf, say } from '../support/believable/chat.ts';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { nextListens } from '../support/browser/next-listens.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';

const stage = setStage();
const { skip } = stage;

const bell = (page: Page) => page.getByRole('button', { name: /^Notices/ });
/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

const makeAppPassword = async (person: PersonOverHttp, label: string) =>
  await person.ask('POST', '/account/app-passwords', { label, scope: 'files', password: person.password });

test('without a notice the bell counts nothing, and its drawer says what will be here', { skip }, async () => {
  await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(grace, '/files');
  const { page } = watched;
  // Opening the page logged in, from a device that is not known yet.
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  await drawer.getByRole('button', { name: 'Mark all as read' }).waitFor();
  await page.keyboard.press('Escape');
  await bell(page).and(page.locator(':focus')).waitFor();
});

test('a notice comes while the page is open, is read, and leads to its page', { skip }, async () => {
  await admin();
  const radia = await stage.signUp({ name: 'Radia Perlman' });
  await using watched = await stage.openAs(radia, '/files');
  const { page } = watched;
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  const list = drawer.getByRole('list', { name: 'Notices' });
  await makeAppPassword(radia, 'rclone');
  const notice = list.getByRole('listitem').filter({ hasText: 'A new app password' });
  await notice.getByRole('img', { name: 'Not read' }).waitFor();
  await notice.getByRole('button', { name: 'Mark as read' }).click();
  await notice.getByRole('button', { name: 'Mark as not read' }).click();
  await notice.getByRole('img', { name: 'Not read' }).waitFor();
  await notice.getByRole('link', { name: 'Show it' }).click();
  await page.waitForURL(/\/settings\/app-passwords$/);
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'rclone', exact: true }).waitFor();
});

test('all are read at once, and another tab hears of it', { skip }, async () => {
  await admin();
  const katherine = await stage.signUp({ name: 'Katherine Johnson' });
  await using watched = await stage.openAs(katherine, '/files');
  const { page } = watched;
  await makeAppPassword(katherine, 'one');
  // Of the app password, and of a device that is not known yet: one that came after the click below would stay.
  await page.getByRole('button', { name: /^Notices, 2 not read/ }).waitFor();
  const other = await watched.anotherPage();
  await other.goto('/files');
  await other.getByRole('button', { name: /^Notices, 2 not read/ }).waitFor();
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  await drawer.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Notices', exact: true }).waitFor({ state: 'attached' });
  await other.getByRole('button', { name: 'Notices', exact: true }).waitFor();
  await drawer.getByText('Not read', { exact: true }).click();
  await drawer.getByText('Everything is read').waitFor();
});

test('a finding is told to the admins, counted, with a way to the list', { skip }, async () => {
  const ada = await admin();
  await ada.ask('POST', '/notices/read', { noticeIds: null, read: true });
  await using watched = await stage.openAs(ada, '/files');
  const { page } = watched;
  await bell(page).click();
  const seen = bucketFinding('photos', { check: 'open', title: 'Anybody can read photos', severity: 'critical' });
  await look(ada, [seen, { ...seen, check: 'logging', title: 'No log is kept', severity: 'low' }]);
  const notice = page.getByRole('listitem').filter({ hasText: 'Guards found 2 things' });
  await notice.getByText('Anybody can read photos').waitFor();
  await notice.getByRole('link', { name: 'Show it' }).click();
  await page.getByRole('table', { name: 'Findings' }).getByText('No log is kept').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

/** In place of the push service of a vendor, which no test reaches. Like one, it outlives the page. */
const FAKE_PUSH_SERVICE = `{
  const kept = () => localStorage.getItem('fake-push');
  const bytesOf = (key) => Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
  const subscription = () => kept() && {
    endpoint: 'https://push.example.org/one',
    options: { applicationServerKey: bytesOf(kept()).buffer },
    unsubscribe: async () => (localStorage.removeItem('fake-push'), true),
  };
  PushManager.prototype.getSubscription = async () => subscription();
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || bytesOf(applicationServerKey).length !== 65) throw new DOMException('No', 'NotAllowedError');
    localStorage.setItem('fake-push', applicationServerKey);
    return subscription();
  };
}`;
type ShownNotice = { readonly title: string; readonly body: string; readonly tag: string };
const SHOWN = `registration.getNotifications().then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`;

async function workerOf({ context }: WatchedPage): Promise<Worker> {
  return context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
}

/** In a page or in the worker: counts what it shows. */
const COUNTS_SHOWN = `{
  const { prototype } = ServiceWorkerRegistration;
  const { showNotification } = prototype;
  globalThis.timesShown = 0;
  prototype.showNotification = async function (...words) {
    await showNotification.apply(this, words);
    globalThis.timesShown += 1;
  };
}`;

/**
 * Until so many were shown from there. Chromium forgets what is just being shown when it is asked in that moment what there
 * is (it takes it for closed), so that whoever asks all the time may find nothing for ever.
 */
async function untilShown(there: Pick<Worker, 'evaluate'>, times: number): Promise<void> {
  const isThere = await there.evaluate(
    `(async () => {
      for (const until = Date.now() + 30_000; Date.now() < until; ) {
        if (globalThis.timesShown === ${times}) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return globalThis.timesShown;
    })()`,
  );
  assert.equal(isThere, true);
}

/** What the system shows of ours, once there is as much; what it shows instead when that does not become true. */
async function shown(worker: Worker, count: number): Promise<ShownNotice[]> {
  const all = (await worker.evaluate(
    `(async () => {
      for (const until = Date.now() + 30_000; ; ) {
        const all = await ${SHOWN};
        if (all.length === ${count} || Date.now() > until) return all;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })()`,
  )) as ShownNotice[];
  assert.equal(all.length, count, JSON.stringify(all));
  return all;
}

/** Until a server knows that all pages of somebody are closed: it hears of it a little later. */
async function untilGone(asker: PersonOverHttp, handle: string): Promise<void> {
  for (;;) {
    const { people } = await asker.ask<{ people: { handle: string; presence: string }[] }>('GET', '/chat/people');
    if (people.every((each) => each.handle !== handle || each.presence === 'offline')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the browser believe that its push service has brought one. */
async function deliverPush({ context, page }: WatchedPage): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === `${stage.origin()}/`);
      if (own) resolve(own.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  const registrationId = await registered;
  await devtools.send('ServiceWorker.deliverPushMessage', { origin: stage.origin(), registrationId, data: '' });
  await devtools.detach();
}

test(
  'a browser is told while it is closed once somebody says so, is listed, and is told no more',
  { skip },
  async () => {
    await admin();
    const annie = await stage.signUp({ name: 'Annie Easley' });
    await using watched = await stage.open({ bypassCSP: true });
    await watched.context.addInitScript(FAKE_PUSH_SERVICE);
    await watched.context.grantPermissions(['notifications'], { origin: stage.origin() });
    const { page } = watched;
    await stage.logIn(watched, annie);
    await page.goto('/settings/notices');
    const closed = page.getByRole('checkbox', { name: 'Tell me while it is closed as well' });
    await closed.click();
    const list = page.getByRole('list', { name: 'Told while it is closed' });
    await list.getByText('This one').waitFor();
    await list.getByText(/^Chrome on /).waitFor();
    const told = async () =>
      (await annie.ask<{ subscriptions: unknown[] }>('GET', '/notices/push')).subscriptions.length;
    assert.equal(await told(), 1);
    await assertAccessible(page, 'browsers that are told');
    await page.reload();
    await list.getByText('This one').waitFor();
    await list.getByRole('button', { name: /^Stop telling Chrome/ }).click();
    assert.equal(await told(), 1);
    await page.getByRole('dialog').getByRole('button', { name: 'Stop telling it' }).click();
    await list.waitFor({ state: 'detached' });
    await closed.and(page.locator(':not(:checked)')).waitFor();
    assert.equal(await told(), 0);
  },
);

test(
  'who told the browser not to show anything is told where to change that, and asked nothing',
  { skip },
  async () => {
    await admin();
    const mary = await stage.signUp({ name: 'Mary Jackson' });
    await using watched = await stage.open();
    await stage.logIn(watched, mary);
    // Grants nothing, and refuses whatever is not granted.
    await watched.context.grantPermissions([], { origin: stage.origin() });
    await watched.page.goto('/settings/notices');
    await watched.page.getByText('This browser was told not to show notices of this page.').waitFor();
  },
);

test('a push is shown without a name or a word, and a click on it opens the room', { skip }, async () => {
  const ada = await admin();
  const dorothy = await stage.signUp({ name: 'Dorothy Vaughan' });
  const generalId = await generalRoom(ada);
  await using watched = await stage.open();
  await watched.context.grantPermissions(['notifications'], { origin: stage.origin() });
  const { page } = watched;
  await stage.logIn(watched, dorothy);
  await page.goto('/files');
  const worker = await workerOf(watched);
  // Of a device that is not known yet: a push is about the newest, and one that came later would be that.
  await page.getByRole('button', { name: /^Notices, 1 not read/ }).waitFor();
  await page.goto('about:blank');
  await worker.evaluate(COUNTS_SHOWN);
  const handle = await handleOf(dorothy);
  // Whoever is here sees it without being told.
  await untilGone(ada, handle);
  await say(ada, generalId, `@${handle} the secret plan`);
  const isTold = async (): Promise<boolean> => {
    const { notices } = await dorothy.ask<{ notices: { kind: string }[] }>('GET', '/notices?unread=true');
    return notices.some(({ kind }) => kind === 'chat_mention');
  };
  while (!(await isTold())) await new Promise((resolve) => setTimeout(resolve, 50));
  await deliverPush(watched);
  await untilShown(worker, 1);
  const [notice] = await shown(worker, 1);
  assert.equal(notice?.title, 'A message in a room names you');
  assert.doesNotMatch(JSON.stringify(notice), /secret|plan|Ada|general/);

  await page.goto('/files');
  await page.getByRole('button', { name: /^Notices/ }).waitFor();
  // Only a hand on the screen may bring a window to the front.
  await worker.evaluate(`registration.getNotifications().then(([notification]) => {
    WindowClient.prototype.focus = async () => null;
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  }).catch(() => null)`);
  await page.waitForURL(`**/chat/rooms/${generalId}`);
  await shown(worker, 0);
});

test(
  'while a tab is open the browser shows what is for me, and not where I look or want to hear nothing',
  { skip },
  async () => {
    const ada = await admin();
    const joan = await stage.signUp({ name: 'Joan Clarke' });
    const generalId = await generalRoom(ada);
    const handle = await handleOf(joan);
    const named = `@${handle}`;
    await using watched = await stage.open();
    await watched.context.grantPermissions(['notifications'], { origin: stage.origin() });
    await watched.context.addInitScript(COUNTS_SHOWN);
    const { page } = watched;
    await stage.logIn(watched, joan);
    const listens = nextListens(page, generalId);
    await page.goto('/settings/notices');
    const worker = await workerOf(watched);
    const open = page.getByRole('checkbox', { name: 'Show messages for me while Holdfast is open' });
    await open.click();
    await open.and(page.locator(':checked')).waitFor();
    await listens;
    await say(ada, generalId, 'for everybody');
    await say(ada, generalId, `${named} for you`);
    await untilShown(page, 1);
    const [first] = await shown(worker, 1);
    assert.equal(first?.title, 'Ada Lovelace named you in #general');
    const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/conversations', { handles: [handle] });
    await say(ada, roomId, 'a word between us');
    await untilShown(page, 2);
    const both = await shown(worker, 2);
    assert.ok(both.some(({ title }) => title === 'Ada Lovelace wrote to you'));
    assert.doesNotMatch(JSON.stringify(both), /for you|between us/);

    await page.goto(`/chat/rooms/${generalId}`);
    await page.getByRole('log').getByText('for you').waitFor();
    assert.deepEqual(
      (await shown(worker, 1)).map(({ title }) => title),
      ['Ada Lovelace wrote to you'],
    );
    await say(ada, generalId, `${named} you see this one`);
    await page.getByRole('log').getByText('you see this one').waitFor();
    await joan.ask('POST', `/chat/rooms/${generalId}/level`, { level: 'none' });
    await page.goto(`/chat/rooms/${roomId}`);
    await page.getByRole('log').getByText('a word between us').waitFor();
    await shown(worker, 0);
    await say(ada, generalId, `${named} not wanted`);
    await say(ada, roomId, 'the last one');
    await page.getByRole('log').getByText('the last one').waitFor();
    await shown(worker, 0);
  },
);
