import { showToast } from '../../../app/toasts.ts';
import { PasswordDialog } from '../password-dialog.tsx';
import { changeRole, enablePerson, type Person } from './api.ts';

export interface AdminDialogProps {
  readonly person: Person;
  /** Whether they get the role, or have it and get their account back. */
  readonly makes: 'role' | 'enable';
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** An admin gets a copy of the workspace key, so that the password is asked for first. */
export function AdminDialog({ person: { accountId, name }, makes, onDone, onClose }: AdminDialogProps) {
  const who = <bdi>{name}</bdi>;
  const isNew = makes === 'role';
  const run = (password: string): Promise<Person> =>
    isNew ? changeRole(accountId, 'admin', password) : enablePerson(accountId, password);
  const said = isNew ? <>{who} is now: Admin.</> : <>{who} can log in again.</>;
  const done = (): void => {
    showToast({ text: said });
    onDone();
  };
  return (
    <PasswordDialog
      title={isNew ? `Make ${name} an admin` : `Enable ${name}`}
      act={isNew ? 'Make them an admin' : 'Enable again'}
      run={run}
      onDone={done}
      onDoneHere={onClose}
      onClose={onClose}
    >
      {isNew ? (
        <p>
          {who} will manage people and settings, and their recovery kit will open a copy of the workspace key. It opens
          nobody’s files.
        </p>
      ) : (
        <p>{who} is an admin: they can manage people and settings again.</p>
      )}
    </PasswordDialog>
  );
}
