import { usePageTitle } from '../../../base/use-page-title.ts';
import { sections as styles } from '../../../base/sections.ts';
import { SignUpPolicy } from './sign-up-policy.tsx';
import { WorkspaceKeys } from './workspace-keys.tsx';

export function WorkspacePage() {
  usePageTitle('Workspace');
  return (
    <div className={styles.page}>
      <SignUpPolicy />
      <WorkspaceKeys />
    </div>
  );
}
