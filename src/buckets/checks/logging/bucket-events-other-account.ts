import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen, type Judgement } from '../judge.ts';

export const bucketEventsOtherAccount: BucketCheck = {
  id: 'bucket-events-other-account',
  subject: 'bucket',
  title: 'Events of the bucket are sent to another account',
  looksAt: 'Whether events stay in the account',
  severity: 'medium',
  rationale: 'Events carry the names of all objects and the addresses of who stored them.',
  remedy: 'If the account is not yours, remove the configuration and look who set it.',
  references: [],
  reads: ['notification'],
  judge: ({ facts, account }) =>
    judge(facts.notification, 'Notifications', (notification) =>
      judge(account.accountId, 'Account', (accountId): Judgement => {
        const arns = [
          ...(notification.TopicConfigurations ?? []).map(({ TopicArn }) => TopicArn ?? ''),
          ...(notification.QueueConfigurations ?? []).map(({ QueueArn }) => QueueArn ?? ''),
          ...(notification.LambdaFunctionConfigurations ?? []).map(({ LambdaFunctionArn }) => LambdaFunctionArn ?? ''),
        ];
        const foreign = arns.filter((arn) => /^arn:([^:]*:){3}(\d{12}):/.exec(arn)?.[2] !== accountId && arn !== '');
        return failIf(foreign.length > 0, ...foreign.slice(0, 16).map((arn) => seen('Target', arn)));
      }),
    ),
};
