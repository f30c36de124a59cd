/** The second queue of the guard in an account, in Amazon SQS: notices go in there, and a workspace takes them out. */
import type * as Sdk from '@aws-sdk/client-sqs';
import { bucketErrors } from '../../errors.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import type { WorkspaceNotice } from '../sending/workspace-notice.ts';

export interface NoticeQueuePlace {
  readonly url: string;
  /** `null`: as the URL or the AWS configuration says. */
  readonly region: string | null;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

export interface ReceivedNotice {
  readonly body: string;
  /** Takes it out of the queue: without, it comes again. */
  done(): Promise<void>;
}

export interface NoticeQueue extends AsyncDisposable {
  send(notice: WorkspaceNotice): Promise<void>;
  /** Some of what waits, after at most `waitMs`, at most 20,000. Throws `guard_queue_unreachable`. */
  receive(options: { readonly waitMs: number; readonly signal: AbortSignal }): Promise<readonly ReceivedNotice[]>;
}

const AT_ONCE = 10;

export async function openNoticeQueue({ url: QueueUrl, region, endpoint }: NoticeQueuePlace): Promise<NoticeQueue> {
  const { default: sdk } = (await import('@aws-sdk/client-sqs')) as unknown as { readonly default: typeof Sdk };
  const named = region ?? regionIn(QueueUrl);
  const client = new sdk.SQSClient({
    ...(named === null ? {} : { region: named }),
    ...(endpoint === null ? {} : { endpoint }),
  });
  return {
    async send(notice) {
      await client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(notice) }));
    },
    async receive({ waitMs, signal: abortSignal }) {
      const command = new sdk.ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: AT_ONCE, WaitTimeSeconds: Math.round(waitMs / 1000) },
      });
      try {
        const { Messages = [] } = await client.send(command, { abortSignal });
        return Messages.map(({ Body = '', ReceiptHandle }) => ({
          body: Body,
          async done() {
            await client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          },
        }));
      } catch (cause) {
        const refusal = refusalOf(cause);
        if (!refusal || refusal.name === 'AbortError') throw cause;
        const attempted = `Read the queue ${QueueUrl}`;
        throw bucketErrors('guard_queue_unreachable', { attempted, detail: refusalText(refusal), cause });
      }
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

/** `https://sqs.eu-central-1.amazonaws.com/123456789012/name`. */
function regionIn(url: string): string | null {
  return /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//.exec(url)?.[1] ?? null;
}
