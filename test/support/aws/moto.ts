/** The moto that `npm run services:install` started, and queues by which tests read what SNS passed on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../src/base/ids.ts';

/** `null` where it does not run. */
export const motoEndpoint = readEndpoint();

/** For `test(name, { skip })`: the reason, or false. Throws where services are required. */
export const withoutMoto = motoEndpoint === null ? 'needs moto: npm run services:install' : false;
if (withoutMoto && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(withoutMoto);

/** Points the AWS chain of this process there, or elsewhere; moto takes any credentials. */
export function pointSdkAt(endpoint: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

export interface Queue {
  readonly arn: string;
  /** What lies in it, each as SNS wrote it; it is taken out. */
  receive(): Promise<readonly Record<string, unknown>[]>;
}

/** A queue that no other test has. */
export async function newQueue(suffix = ''): Promise<Queue> {
  const name = `holdfast-${newId()}${suffix}`;
  const fifo = suffix === '.fifo' ? { Attributes: { FifoQueue: 'true' } } : {};
  const { QueueUrl } = await sqs<{ QueueUrl: string }>('CreateQueue', { QueueName: name, ...fifo });
  return {
    arn: `arn:aws:sqs:us-east-1:123456789012:${name}`,
    async receive() {
      const answer = await sqs<{ Messages?: { Body: string }[] }>('ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: 10,
      });
      return (answer.Messages ?? []).map(({ Body }) => JSON.parse(Body) as Record<string, unknown>);
    },
  };
}

/** Where moto has the queue of this ARN. */
export function queueUrlOf(arn: string): string {
  const [account = '', name = ''] = arn.split(':').slice(-2);
  return `${motoEndpoint ?? ''}/${account}/${name}`;
}

async function sqs<Answer>(action: string, input: object): Promise<Answer> {
  const scope = 'Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0';
  const reply = await fetch(motoEndpoint ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: `AWS4-HMAC-SHA256 ${scope}`,
    },
    body: JSON.stringify(input),
  });
  if (!reply.ok) throw new Error(`${action}: ${await reply.text()}`);
  return (await reply.json()) as Answer;
}

function readEndpoint(): string | null {
  try {
    return readFileSync(join(import.meta.dirname, '../../../.services/moto.endpoint'), 'utf8').trim();
  } catch {
    return null;
  }
}
