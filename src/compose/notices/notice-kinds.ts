/** Every kind of notice there is. Each stands in the file that says where its events come from. */
import type { NoticeKind } from '../../notifications/index.ts';
import { accountNoticeKinds } from './account-notices.ts';
import { auditNoticeKinds } from './audit-notices.ts';
import { backupNoticeKinds } from './backup-notices.ts';
import { certificateNoticeKinds } from './certificate-notices.ts';
import { chatNoticeKinds } from './chat-notices.ts';
import { findingNoticeKinds } from './finding-notices.ts';
import { guardNoticeKinds, ownedNoticeKinds, watchedNoticeKinds } from './guard-notices.ts';
import { hostNoticeKinds } from './host-notices.ts';
import { networkNoticeKinds } from './network-notices.ts';
import { ownStoreNoticeKinds } from './own-store-notices.ts';
import { quotaNoticeKinds } from './quota-notices.ts';

export const NOTICE_KINDS: readonly NoticeKind[] = [
  ...accountNoticeKinds,
  ...auditNoticeKinds,
  ...backupNoticeKinds,
  ...certificateNoticeKinds,
  ...chatNoticeKinds,
  ...findingNoticeKinds,
  ...guardNoticeKinds,
  ...watchedNoticeKinds,
  ...ownedNoticeKinds,
  ...hostNoticeKinds,
  ...networkNoticeKinds,
  ...ownStoreNoticeKinds,
  ...quotaNoticeKinds,
];
