import type { StartedServer } from '../servers/start-server.ts';

/** The port of the chat line of a server that was started with one. */
export function linePort({ workspace }: Pick<StartedServer, 'workspace'>): number {
  const [command = ''] = workspace.chatLine;
  const port = / ([0-9]+)$|:([0-9]+)$/.exec(command);
  if (!port) throw new Error('This server has no chat line');
  return Number(port[1] ?? port[2]);
}
