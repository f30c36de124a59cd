import { ActionIcon, Menu, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconDots from '@tabler/icons-react/icons/IconDots';
import { type ReactNode, useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { table } from '../../../base/lists/table.ts';
import { roles } from '../roles.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { AdminDialog } from './admin-dialog.tsx';
import { changeRole, disablePerson, enablePerson, type Person, peopleOptions } from './api.ts';

export interface PersonRowProps {
  readonly person: Person;
  readonly isMe: boolean;
  readonly onStartAnew: () => void;
}

const roleData = Object.entries(roles).map(([value, { label }]) => ({ value, label }));

export function PersonRow({ person, isMe, onStartAnew }: PersonRowProps) {
  const { accountId, name, email, handle, role, state, createdTime } = person;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries(peopleOptions);
  /** What asks for the password first: an admin gets a copy of the workspace key. */
  const [asking, setAsking] = useState<'role' | 'enable' | null>(null);
  const who = <bdi>{name}</bdi>;

  /** Acts at once; what it did can be taken back from the note about it. */
  const act = useMutation({
    mutationFn: ({ run }: Act) => run(),
    onSuccess: (_, { said, undo }) => {
      if (!undo) {
        showToast({ text: said });
        return;
      }
      const back = async (): Promise<void> => {
        await undo();
        await refresh();
      };
      showToast({ text: said, undo: back });
    },
    onError: (error, { tried }) => showError(tried, error),
    onSettled: refresh,
  });
  const giveRole = (next: Person['role']): void => {
    if (next === 'admin') {
      setAsking('role');
      return;
    }
    act.mutate({
      tried: `Change the role of ${name}`,
      run: () => changeRole(accountId, next),
      said: (
        <>
          {who} is now: {roles[next].label}.
        </>
      ),
      // Back to admin takes the password again, by the same way as the first time.
      ...(role === 'admin' ? {} : { undo: () => changeRole(accountId, role) }),
    });
  };
  const disable = (): void =>
    act.mutate({
      tried: `Disable ${name}`,
      run: () => disablePerson(accountId),
      said: <>Disabled {who}: their sessions, app passwords and invitations ended. Nothing is deleted.</>,
      ...(role === 'admin' ? {} : { undo: () => enablePerson(accountId) }),
    });
  const enable = (): void => {
    if (role === 'admin') {
      setAsking('enable');
      return;
    }
    act.mutate({
      tried: `Enable ${name}`,
      run: () => enablePerson(accountId),
      said: <>{who} can log in again.</>,
      undo: () => disablePerson(accountId),
    });
  };

  return (
    <tr>
      <td>
        <bdi>{name}</bdi> {isMe && <span className={styles.mark}>You</span>}{' '}
        {state === 'disabled' && <span className={styles.mark}>Disabled</span>}
        <bdi className={table.under}>{email}</bdi>
      </td>
      <td className={table.wide}>
        <bdi>@{handle}</bdi>
      </td>
      <td>
        <NativeSelect
          aria-label={`Role of ${name}`}
          size="xs"
          w={110}
          data={roleData}
          value={role}
          disabled={act.isPending}
          onChange={(event) => giveRole(event.currentTarget.value as Person['role'])}
        />
      </td>
      <td className={table.wide}>
        <Time>{createdTime}</Time>
      </td>
      <td className={table.acts}>
        {!isMe && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More about ${name}`}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {state === 'active' ? (
                <Menu.Item onClick={disable}>Disable</Menu.Item>
              ) : (
                <Menu.Item onClick={enable}>Enable again</Menu.Item>
              )}
              <Menu.Item onClick={onStartAnew}>Start the account anew…</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        {asking && (
          <AdminDialog person={person} makes={asking} onDone={() => void refresh()} onClose={() => setAsking(null)} />
        )}
      </td>
    </tr>
  );
}

interface Act {
  readonly tried: string;
  readonly run: () => Promise<unknown>;
  readonly said: ReactNode;
  readonly undo?: () => Promise<unknown>;
}
