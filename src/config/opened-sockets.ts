/** Sockets that systemd opened for us (sd_listen_fds(3)): so a service without rights listens on ports 80 and 443. */
import type { Environment } from './env.ts';
import type { Mistake } from './store-url.ts';

export type OpenedSockets = {
  /** For the server itself. */
  readonly server: readonly number[];
  /** For what sends browsers to TLS: those with `FileDescriptorName=redirect`. */
  readonly redirect: readonly number[];
};

/** Descriptors 0 to 2 are those of every process. */
const FIRST = 3;
const MOST = 64;

/** `null`: none were handed over. */
export function readOpenedSockets(environment: Environment, mistake: Mistake): OpenedSockets | null {
  const text = environment['LISTEN_FDS'];
  if (text === undefined || text === '0') return null;
  const number = Number(text);
  if (!/^[0-9]{1,3}$/.test(text) || number > MOST) {
    mistake(`LISTEN_FDS is “${text}”: a number up to ${MOST} is wanted, as systemd sets it.`);
    return null;
  }
  const names = (environment['LISTEN_FDNAMES'] ?? '').split(':');
  const all = Array.from({ length: number }, (_, index) => ({ fd: FIRST + index, name: names[index] ?? '' }));
  const fds = (isRedirect: boolean) =>
    all.filter(({ name }) => (name === 'redirect') === isRedirect).map(({ fd }) => fd);
  const sockets = { server: fds(false), redirect: fds(true) };
  if (sockets.server.length === 0)
    mistake('LISTEN_FDS hands over sockets for the redirect alone: the server needs one too.');
  return sockets;
}
