import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { ChangePassword } from './change-password.tsx';
import { NewKeys } from './new-keys.tsx';
import { RecoveryKitState } from './recovery-kit-state.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';

export function KeysPage() {
  usePageTitle('Password and keys');
  return (
    <div className={styles.page}>
      <ChangePassword />
      <RecoveryKitState />
      <NewKeys />
    </div>
  );
}
