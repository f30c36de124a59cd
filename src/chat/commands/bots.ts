import type { ApiClient, Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { BotTokenReply } from '../bots/wire.ts';
import type { BotsReply, BotView, MadeBotReply, MadeHookReply } from '../wire.ts';
import { ROOM, roomCalled } from './find-room.ts';

const ACCESS = ['read', 'write', 'both'] as const;
const BOT = { name: 'BOT', about: 'Name or id' } as const;
const OUT = { name: 'out', value: 'FILE', about: 'Write the secret to a new file instead of showing it' } as const;

export const listBots: Command = {
  path: ['bots', 'list'],
  summary: 'The bots of a room, and the webhooks by which they speak',
  examples: [
    { run: 'holdfast bots list general', does: 'Who they are, and what they may' },
    { run: 'holdfast bots list general --json', does: 'For a script' },
    { run: 'holdfast bots remove general Grafana', does: 'Take one out' },
  ],
  arguments: [ROOM],
  async run(context, input) {
    const { terminal } = context;
    const { reply } = await botsIn(await context.signedIn(), input.args[0]);
    terminal.show(reply, () => [
      ...(reply.bots.length === 0
        ? ['There are none.']
        : terminal.table(
            [{ title: 'BOT' }, { title: 'MAY' }, { title: 'TOKEN' }, { title: 'WEBHOOKS' }],
            reply.bots.map(({ botId, name, access, hasToken }) => [
              visible(name),
              access === 'both' ? 'read and write' : access,
              hasToken ? 'yes' : 'no',
              reply.hooks
                .filter((hook) => hook.botId === botId)
                .map(({ hookId, label }) => `${hookId}${label === '' ? '' : ` ${quoted(label)}`}`)
                .join(', '),
            ]),
          )),
    ]);
  },
};

export const addBot: Command = {
  path: ['bots', 'add'],
  summary: 'Make a bot for a room',
  description:
    'It is a member of the room and marked as a bot in all it says. With --with-token it gets a token for HTTP and the live\nconnection; by webhooks alone it speaks without one. The token is shown this once.',
  examples: [
    { run: 'holdfast bots add general Grafana', does: 'One that speaks by webhooks' },
    {
      run: 'holdfast bots add general Helper --access both --with-token --out helper.token',
      does: 'With a token, in a file',
    },
    { run: 'holdfast bots hook general Grafana', does: 'The address by which it speaks' },
  ],
  arguments: [ROOM, { name: 'NAME', about: 'What it is called; neither a person nor another bot is' }],
  options: [
    { name: 'access', value: 'WHAT', about: 'read, write (default) or both' },
    { name: 'with-token', about: 'Give it a token, shown once or put into --out' },
    OUT,
  ],
  async run(context, input) {
    const access = ACCESS.find((each) => each === (input.text('access') ?? 'write'));
    if (!access) throw commandErrors('usage_invalid', { detail: `--access is one of ${ACCESS.join(', ')}` });
    const [out, withToken] = [input.text('out'), input.flag('with-token')];
    if (out !== undefined && !withToken) {
      throw commandErrors('usage_invalid', { detail: '--out takes the token, which there is with --with-token alone' });
    }
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const json = { name: input.args[1] ?? '', access, token: withToken };
    const { bot, token } = await api.post<MadeBotReply>(`/chat/rooms/${roomId}/bots`, json);
    if (token !== null) await file?.write(`${token}\n`);
    const isShown = token !== null && !file;
    context.terminal.show({ bot, ...(isShown ? { token } : {}), ...(file ? { file: file.path } : {}) }, () => [
      ...(isShown ? [token] : []),
      `${visible(bot.name)} is in the room.${isShown ? ' Its token is shown this once.' : ''}`,
      ...(file ? [`Its token is in ${quoted(file.path)}.`] : []),
    ]);
  },
};

export const renewToken: Command = {
  path: ['bots', 'token'],
  summary: 'Give a bot of yours another token',
  description: 'The one before is worth nothing from then on, and what is connected with it ends within half a minute.',
  examples: [
    { run: 'holdfast bots token general Helper --out helper.token', does: 'Into a file that you alone can read' },
    { run: 'holdfast bots token general Helper', does: 'Shows it' },
    { run: 'holdfast bots list general', does: 'Which have one' },
  ],
  arguments: [ROOM, BOT],
  options: [OUT],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId, reply } = await botsIn(api, input.args[0]);
    const { botId, name } = findBot(reply.bots, input.args[1]);
    const out = input.text('out');
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const { token } = await api.post<BotTokenReply>(`/chat/rooms/${roomId}/bots/${botId}/token`);
    await file?.write(`${token}\n`);
    context.terminal.show({ botId, ...(file ? { file: file.path } : { token }) }, () => [
      ...(file ? [`The token is in ${quoted(file.path)}.`] : [token]),
      `${visible(name)} comes in with it alone from now on.${file ? '' : ' It is shown this once.'}`,
    ]);
  },
};

export const addHook: Command = {
  path: ['bots', 'hook'],
  summary: 'Make an address by which a program speaks in a room as a bot',
  description:
    'The address is a secret and shown this once. What is posted there is the body of a Slack webhook; programs that speak\nto Slack take it as it is. With --signed only requests are taken that are signed after Standard Webhooks.',
  examples: [
    { run: 'holdfast bots hook general Grafana', does: 'Shows the address' },
    {
      run: 'holdfast bots hook general Grafana --label disks --out hook.txt',
      does: 'Into a file that you alone can read',
    },
    { run: 'holdfast bots hook general Deploy --signed --out hook.txt', does: 'With a secret to sign with' },
  ],
  arguments: [ROOM, BOT],
  options: [
    { name: 'label', value: 'TEXT', about: 'What it is for' },
    { name: 'signed', about: 'Take signed requests alone' },
    OUT,
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId, reply } = await botsIn(api, input.args[0]);
    const { botId, name } = findBot(reply.bots, input.args[1]);
    const out = input.text('out');
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const json = { label: input.text('label') ?? '', signed: input.flag('signed') };
    const { hook, path, secret } = await api.post<MadeHookReply>(`/chat/rooms/${roomId}/bots/${botId}/hooks`, json);
    const lines = [`${api.url}${path}`, ...(secret === null ? [] : [secret])];
    await file?.write(`${lines.join('\n')}\n`);
    const shown = file ? { file: file.path } : { url: lines[0], secret };
    context.terminal.show({ hook, ...shown }, () => [
      ...(file ? [`The address is in ${quoted(file.path)}.`] : lines),
      `Whoever has it speaks as ${visible(name)}. It is shown this once.`,
    ]);
  },
};

export const removeBot: Command = {
  path: ['bots', 'remove'],
  summary: 'Take a bot out of a room, with its webhooks there',
  description: 'With its last room the bot is gone, and its token worth nothing.',
  examples: [
    { run: 'holdfast bots remove general Grafana', does: 'By its name' },
    { run: 'holdfast bots remove general 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast bots list general', does: 'Which there are' },
  ],
  arguments: [ROOM, BOT],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId, reply } = await botsIn(api, input.args[0]);
    const { botId } = findBot(reply.bots, input.args[1]);
    await api.delete(`/chat/rooms/${roomId}/bots/${botId}`);
    context.terminal.show({ botId }, () => ['Removed.']);
  },
};

export const removeHook: Command = {
  path: ['bots', 'unhook'],
  summary: 'Remove a webhook of a room; its address is worth nothing from then on',
  examples: [
    { run: 'holdfast bots unhook general 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast bots list general', does: 'Which there are' },
    { run: 'holdfast bots hook general Grafana', does: 'Another one' },
  ],
  arguments: [ROOM, { name: 'HOOK', about: 'Its id' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const hookId = input.args[1] ?? '';
    await api.delete(`/chat/rooms/${roomId}/hooks/${encodeURIComponent(hookId)}`);
    context.terminal.show({ hookId }, () => ['Removed.']);
  },
};

async function botsIn(api: ApiClient, name: string | undefined) {
  const { roomId } = await roomCalled(api, name);
  return { roomId, reply: await api.get<BotsReply>(`/chat/rooms/${roomId}/bots`) };
}

export function findBot(bots: readonly BotView[], wanted = ''): BotView {
  const found = bots.find(({ botId, name }) => botId === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  const names = bots.map(({ name }) => quoted(name)).join(', ');
  throw commandErrors('usage_invalid', {
    detail: `there is no bot ${quoted(wanted)}; there ${names === '' ? 'are none' : `are ${names}`}`,
  });
}
