import { constants } from 'node:fs';

/**
 * How a file is opened for reading. NOFOLLOW: a symbolic link is no object. NONBLOCK: opening a pipe that somebody put there must
 * not hang.
 */
export const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
