/** Looks through a finished copy of the records in a thread of its own: all of it is read, by calls that wait. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { unchanging } from './file.ts';
import { damageIn } from './integrity.ts';

using database = new DatabaseSync(unchanging(workerData as string), { readOnly: true });
parentPort?.postMessage(damageIn(database, 'quick_check', 'Look through a copy of the records'), []);
