/** Flows in MongoDB, through its own driver on a server of its protocol: the contract of stores of flows. */
import { flowStoreContract } from '../../src/network/store/contract.ts';
import { openMongoFlowStore } from '../../src/network/store/mongodb/mongodb.ts';
import { mongoFlows, skipWithoutMongo } from '../support/stores/mongodb-server.ts';

if (!skipWithoutMongo) {
  flowStoreContract('MongoDB', async (context) => {
    const store = await openMongoFlowStore(mongoFlows());
    context.after(() => store[Symbol.asyncDispose]());
    return store;
  });
}
