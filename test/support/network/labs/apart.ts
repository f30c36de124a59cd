/**
 * Words for unshare(1) that a lab is started with: a network and processes of its own. When the lab ends, or whoever waits for it is
 * killed, the system ends all that it has started, tcpdump and servers included. While it waits unshare heeds no SIGTERM: with a `timeout` goes `killSignal: 'SIGKILL'`.
 */
export const APART: readonly string[] = ['--net', '--pid', '--kill-child', '--mount-proc'];
