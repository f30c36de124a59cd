/** axe over every page with something on it, in light and in dark. The policy of the pages is off here: axe is a script of ours. */
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { type BelievableWorkspace, fillWorkspace } from '../support/believable/workspace.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
/** There are some fifty pages, each looked at in two colours: on a slow machine more than one test usually may take. */
const timeout = 1_200_000;
let workspace: BelievableWorkspace;
let filling: Promise<BelievableWorkspace> | undefined;
const filled = async () => (workspace = await (filling ??= fillWorkspace(stage.origin(), stage.signUp)));

interface Sight {
  readonly what: string;
  readonly path: () => string;
  /** Brings the page to what is to be looked at, and waits until it is there. */
  readonly show: (page: Page) => Promise<unknown>;
}

const heading = (name: string) => async (page: Page) => await page.getByRole('heading', { name }).first().waitFor();
const dialogBy = (button: string) => async (page: Page) => {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog').waitFor();
};
const menuItem = (button: string, item: string, shown: string) => async (page: Page) => {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  await page.getByRole('dialog').getByText(shown).first().waitFor();
};
const MENU = 'What to do with Welcome.md';
const messages = async (page: Page) => await page.getByRole('article').first().waitFor();
const folder = (): string => `/drives/${workspace.driveId}/folders/${workspace.folderId}`;

const inside: readonly Sight[] = [
  { what: 'my drive', path: () => '/files', show: async (page) => await page.getByRole('row').nth(8).waitFor() },
  { what: 'a folder', path: folder, show: heading('Contracts') },
  {
    what: 'files that are chosen',
    path: () => '/files',
    show: async (page) => {
      await page.getByRole('checkbox', { name: 'Choose everything' }).click();
      await page.getByRole('toolbar').waitFor();
    },
  },
  {
    what: 'the menu of a file',
    path: () => '/files',
    show: async (page) => {
      await page.getByRole('button', { name: MENU }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    },
  },
  {
    what: 'versions',
    path: () => `/files?versions=${workspace.fileId}`,
    show: async (page) => await page.getByRole('button', { name: 'Restore this version' }).first().waitFor(),
  },
  { what: 'renaming a file', path: () => '/files', show: menuItem(MENU, 'Rename', 'Name') },
  { what: 'moving a file', path: () => '/files', show: menuItem(MENU, 'Move', 'Contracts') },
  { what: 'a new folder', path: () => '/files', show: dialogBy('New folder') },
  { what: 'the trash', path: () => '/trash', show: async (page) => await page.getByText('scan0001.pdf').waitFor() },
  {
    what: 'removing something for good',
    path: () => '/trash',
    show: async (page) => {
      await page.getByRole('button', { name: 'Remove for good' }).first().click();
      await page.getByRole('dialog').getByText('Nobody can bring it back').waitFor();
    },
  },
  {
    what: 'search',
    path: () => '/search#for=pdf',
    show: async (page) => await page.getByText(/matches among/).waitFor(),
  },
  {
    what: 'the search box',
    path: () => '/files',
    show: async (page) => {
      await page.getByRole('row').nth(1).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    what: 'the bell',
    path: () => '/files',
    show: async (page) => {
      await page.getByRole('button', { name: /^Notices/ }).click();
      await page.getByRole('dialog', { name: 'Notices' }).getByRole('listitem').first().waitFor();
    },
  },
  { what: 'a place for later', path: () => '/shared-drives', show: heading('Shared drives') },
  { what: 'chat', path: () => '/chat', show: heading('Conversations') },
  { what: 'a new room', path: () => '/chat', show: menuItem('New', 'Room', 'Who can enter') },
  { what: 'a new conversation', path: () => '/chat', show: menuItem('New', 'Conversation', 'With whom') },
  { what: 'a room', path: () => `/chat/rooms/${workspace.chat.generalId}`, show: messages },
  {
    what: 'the menu of a message',
    path: () => `/chat/rooms/${workspace.chat.generalId}`,
    show: async (page) => {
      await messages(page);
      await page.getByRole('article').last().hover();
      await page
        .getByRole('button', { name: /^What to do with the message/ })
        .last()
        .click();
      await page.getByRole('menuitem', { name: 'Copy the link' }).waitFor();
    },
  },
  {
    what: 'people who are proposed while one writes',
    path: () => `/chat/rooms/${workspace.chat.generalId}`,
    show: async (page) => {
      await page.getByRole('textbox', { name: /^Write/ }).fill('@');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    what: 'emoji',
    path: () => `/chat/rooms/${workspace.chat.generalId}`,
    show: async (page) => {
      await page.getByRole('button', { name: 'Emoji' }).click();
      await page.getByRole('button', { name: 'tada' }).waitFor();
    },
  },
  {
    what: 'a thread',
    path: () => `/chat/rooms/${workspace.chat.generalId}?thread=${workspace.chat.threadOf}`,
    show: async (page) => await page.getByRole('dialog').getByText('Both, as last year.').waitFor(),
  },
  {
    what: 'about a room',
    path: () => `/chat/rooms/${workspace.chat.pressId}?panel=about`,
    show: async (page) => await page.getByRole('dialog').getByText('@grace.hopper').waitFor(),
  },
  {
    what: 'pinned messages',
    path: () => `/chat/rooms/${workspace.chat.generalId}?panel=pins`,
    show: async (page) => await page.getByRole('dialog').getByText('The board meets').waitFor(),
  },
  {
    what: 'found messages',
    path: () => '/chat/search#for=board',
    show: async (page) => await page.getByText('The board meets').waitFor(),
  },
  { what: 'mentions', path: () => '/chat/mentions', show: async (page) => await page.getByText('page 2').waitFor() },
  { what: 'saved messages', path: () => '/chat/saved', show: heading('Saved messages') },
  {
    what: 'a permalink',
    path: () => `/chat/rooms/${workspace.chat.generalId}/at/${workspace.chat.threadOf}`,
    show: messages,
  },
  {
    what: 'no such page',
    path: () => '/nowhere',
    show: async (page) => await page.getByText('no such page').waitFor(),
  },
  { what: 'settings', path: () => '/settings', show: heading('Space') },
  { what: 'deleting the account', path: () => '/settings', show: dialogBy('Delete my account') },
  {
    what: 'sessions',
    path: () => '/settings/sessions',
    show: async (page) => await page.getByText('This one').waitFor(),
  },
  { what: 'app passwords', path: () => '/settings/app-passwords', show: dialogBy('Make an app password') },
  {
    what: 'password and keys',
    path: () => '/settings/keys',
    show: async (page) => {
      await page.getByLabel('New password').fill('password1');
      await page.getByText('it would not be taken').waitFor();
    },
  },
  {
    what: 'the overview of security',
    path: () => '/security',
    show: async (page) => await page.getByRole('list', { name: 'The worst on hosts' }).waitFor(),
  },
  {
    what: 'findings',
    path: () => '/security/findings?state=all',
    show: async (page) => await page.getByRole('row').nth(5).waitFor(),
  },
  {
    what: 'findings that are chosen',
    path: () => '/security/findings?state=all',
    show: async (page) => {
      await page.getByRole('checkbox', { name: 'Choose everything that is shown' }).click();
      await page.getByRole('toolbar').waitFor();
    },
  },
  {
    what: 'one finding',
    path: () => `/security/findings?finding=${workspace.findingId}`,
    show: async (page) => await page.getByRole('dialog').getByText('Seen for the first time').waitFor(),
  },
  {
    what: 'accepting a finding',
    path: () => `/security/findings?finding=${workspace.findingId}`,
    show: async (page) => {
      await page.getByRole('button', { name: 'Accept…' }).click();
      await page.getByRole('radio', { name: 'For good' }).waitFor();
    },
  },
  { what: 'approving findings', path: () => '/security/findings', show: dialogBy('Approve the present state') },
  {
    what: 'rules',
    path: () => '/security/rules',
    show: async (page) => await page.getByText('Test buckets hold nothing real').last().waitFor(),
  },
  {
    what: 'what changed between two runs',
    path: () => '/security/runs',
    show: async (page) => {
      await page.getByRole('link', { name: /^What changed since the run before, Buckets/ }).click();
      await page.getByText('1 new finding').waitFor();
    },
  },
  {
    what: 'the network',
    path: () => '/security/network',
    show: async (page) => await page.getByRole('list', { name: 'The worst alerts' }).waitFor(),
  },
  {
    what: 'flows',
    path: () => '/security/network/flows',
    show: async (page) => await page.getByRole('grid', { name: 'Flows' }).getByRole('row').nth(5).waitFor(),
  },
  {
    what: 'a flow',
    path: () => `/security/network/flows/${workspace.network.uid}`,
    show: async (page) => await page.getByRole('list', { name: 'What was said in it' }).waitFor(),
  },
  {
    what: 'a source',
    path: () => `/security/network/sources/${workspace.network.address}`,
    show: async (page) => await page.getByRole('list', { name: 'What it did' }).waitFor(),
  },
  {
    what: 'alerts',
    path: () => '/security/network/alerts',
    show: async (page) => await page.getByRole('list', { name: 'Alerts' }).waitFor(),
  },
  { what: 'reading a capture', path: () => '/security/network', show: dialogBy('Read a capture') },
  { what: 'people', path: () => '/admin', show: async (page) => await page.getByText('Jean Bartik').waitFor() },
  { what: 'invitations', path: () => '/admin/invitations', show: dialogBy('Invite somebody') },
  {
    what: 'storage',
    path: () => '/admin/storage',
    show: async (page) => {
      await page.getByRole('list', { name: 'Health of the server' }).waitFor();
      await page.getByRole('button', { name: /Change how much Ada/ }).waitFor();
    },
  },
  {
    what: 'channels',
    path: () => '/admin/channels',
    show: async (page) => await page.getByText('Letters that were given up').waitFor(),
  },
  { what: 'the workspace', path: () => '/admin/workspace', show: heading('Workspace key') },
  {
    what: 'my activity',
    path: () => '/activity',
    show: async (page) => await page.getByText('was refused a log-in').waitFor(),
  },
  {
    what: 'what everybody did',
    path: () => '/activity/everybody',
    show: async (page) => {
      await page.getByRole('button', { name: 'Verify the trail' }).click();
      await page.getByText('intact').waitFor();
    },
  },
];

const outside: readonly Sight[] = [
  { what: 'logging in', path: () => '/log-in', show: heading('Log in') },
  {
    what: 'signing up',
    path: () => '/sign-up',
    show: async (page) => await page.getByRole('button', { name: 'Sign up' }).waitFor(),
  },
  { what: 'a lost password', path: () => '/recover', show: heading('Set a new password') },
];

test('axe finds nothing on any page, in light and in dark', { skip, timeout }, async (t) => {
  const { admin } = await filled();
  await using watched = await stage.openAs(admin, '/files', { bypassCSP: true });
  for (const { what, path, show } of inside) {
    await t.test(what, async () => {
      await watched.page.goto(path());
      await show(watched.page);
      await assertAccessible(watched.page, what);
    });
  }
});

test('axe finds nothing on the pages before logging in', { skip }, async (t) => {
  await filled();
  await using watched = await stage.open({ bypassCSP: true });
  for (const { what, path, show } of outside) {
    await t.test(what, async () => {
      await watched.page.goto(path());
      await show(watched.page);
      await assertAccessible(watched.page, what);
    });
  }
});
