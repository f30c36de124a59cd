/** Whether the code of the guard can run, and reads its queues. */
import type * as LambdaSdk from '@aws-sdk/client-lambda';
import { broken, clientOptions, closing, putBack, works, type Asked, type Found } from './found.ts';

/** `queues`: how many it has to read. */
export async function functionHealth(FunctionName: string, queues: number, asked: Asked): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-lambda')) as unknown as {
    readonly default: typeof LambdaSdk;
  };
  using client = closing(new sdk.LambdaClient(clientOptions(asked)));
  const { State, LastUpdateStatus } = await client.send(new sdk.GetFunctionConfigurationCommand({ FunctionName }));
  if (State === 'Failed' || LastUpdateStatus === 'Failed') return broken(`its code cannot be run; ${putBack(asked)}`);
  if (queues === 0) return works(State ?? 'it is there');
  const { EventSourceMappings = [] } = await client.send(new sdk.ListEventSourceMappingsCommand({ FunctionName }));
  const enabled = EventSourceMappings.filter((each) => each.State === 'Enabled').length;
  return enabled === queues
    ? works(queues === 1 ? 'it reads its queue' : 'it reads both queues')
    : broken(`it reads ${enabled} of ${queues} queues; ${putBack(asked)}`);
}
