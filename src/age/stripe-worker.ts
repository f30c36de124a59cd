/** The second thread of {@link runStripes}: takes stripes until none is left, or throws and stops both. */
import { workerData } from 'node:worker_threads';
import { openStripes, type StripedJob } from './stripes.ts';

const next = openStripes(workerData as StripedJob);
while (next());
