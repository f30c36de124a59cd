import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketEventNotifications: BucketCheck = {
  id: 'bucket-event-notifications',
  subject: 'bucket',
  title: 'Nobody hears of objects that are stored, changed or deleted',
  looksAt: 'Whether events of the bucket go anywhere',
  severity: 'info',
  rationale: 'Mass deletion and strange uploads are seen when they happen only where events are sent on.',
  remedy: 'Send the events to EventBridge, a queue or a topic.',
  references: [fsbp('S3.11'), prowler('s3_bucket_event_notifications_enabled')],
  reads: ['notification'],
  judge: ({ facts }) =>
    judge(facts.notification, 'Notifications', (notification) => {
      const targets = [
        ...(notification.TopicConfigurations ?? []).map(({ TopicArn }) => TopicArn ?? ''),
        ...(notification.QueueConfigurations ?? []).map(({ QueueArn }) => QueueArn ?? ''),
        ...(notification.LambdaFunctionConfigurations ?? []).map(({ LambdaFunctionArn }) => LambdaFunctionArn ?? ''),
        ...(notification.EventBridgeConfiguration === undefined ? [] : ['EventBridge']),
      ];
      return failIf(targets.length === 0, seen('Events go to', targets.slice(0, 16).join(', ') || 'nobody'));
    }),
};
