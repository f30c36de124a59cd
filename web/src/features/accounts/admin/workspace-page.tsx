import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { SettingChoice } from './setting-choice.tsx';
import { WorkspaceKeys } from './workspace-keys.tsx';

const signUp = {
  open: {
    label: 'Open on the server’s own computer',
    about:
      'Whoever works on that computer may sign up, as long as the server has no public address. All others need an invitation.',
  },
  invite: { label: 'By invitation', about: 'Everybody needs one.' },
  closed: { label: 'Closed', about: 'Nobody signs up, whatever they hold.' },
};
const alerts = {
  admins: { label: 'Admins', about: 'Whoever is one by then.' },
  members: { label: 'Everybody but guests', about: 'With what was told there before.' },
  off: { label: 'Nobody', about: 'Nothing is told there. Admins find it in their notices.' },
};

export function WorkspacePage() {
  usePageTitle('Workspace');
  return (
    <div className={styles.page}>
      <SettingChoice
        name="sign-up"
        title="Who may sign up"
        subject="Sign-up"
        tried="Change who may sign up"
        words={signUp}
      />
      <SettingChoice
        name="alerts-room"
        title="Who sees #alerts, where the workspace tells what it found"
        subject="Who sees #alerts"
        tried="Change who sees the room for alerts"
        words={alerts}
      />
      <WorkspaceKeys />
    </div>
  );
}
