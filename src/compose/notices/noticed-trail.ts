import type { AuditTrail } from '../../base/audit-event.ts';
import type { Notifications } from '../../notifications/index.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { accountNotice } from './account-notices.ts';
import { chatNotice } from './chat-notices.ts';

/**
 * The audit trail as features get it: every act is noted there in its own transaction, and what somebody is to be told
 * of it goes into the same one.
 */
export function noticedTrail(
  audit: AuditTrail<RecordOperation>,
  notifications: Pick<Notifications, 'operation'>,
): AuditTrail<RecordOperation> {
  return {
    operations(event) {
      const notice = accountNotice(event) ?? chatNotice(event);
      return [...audit.operations(event), ...(notice ? [notifications.operation(notice)] : [])];
    },
    note: (event, options) => audit.note(event, options),
  };
}
