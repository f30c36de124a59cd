import { silentLog } from '../../base/log.ts';
import { pubSubContract } from './contract.ts';
import { inProcessPubSub } from './in-process.ts';

pubSubContract('in process', async (t) => {
  const pubSub = inProcessPubSub({ log: silentLog });
  t.after(() => pubSub[Symbol.asyncDispose]());
  return [pubSub, pubSub];
});
