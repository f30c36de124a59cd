import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconX from '@tabler/icons-react/icons/IconX';
import { type SyntheticEvent, useId, useState } from 'react';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { useMe } from '../../accounts/api.ts';
import {
  type Member,
  membersOptions,
  peopleOptions,
  removeMember,
  type Role,
  type RoomView,
  setMember,
} from '../api.ts';
import { PresenceDot } from '../presence/presence-dot.tsx';
import styles from './room-drawer.module.css';

export interface RoomMembersProps {
  readonly room: RoomView;
  readonly isModerator: boolean;
  readonly isOwner: boolean;
  readonly act: Act;
}

/** Tries something and tells what came of it, with the way back where there is one. */
export type Act = (tried: string, run: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>) => void;

const roleWords: Readonly<Record<Role, string>> = { member: 'Member', moderator: 'Moderator', owner: 'Owner' };

export function RoomMembers({ room, isModerator, isOwner, act }: RoomMembersProps) {
  const { roomId, kind } = room;
  const members = useQuery(membersOptions(roomId));
  const me = useMe()?.accountId;
  // Bots are removed where their webhooks stand: with them they are gone for good, and it is asked first.
  const mayRemove = ({ accountId, role, isBot }: Member): boolean =>
    !isBot && accountId !== me && (isOwner || (isModerator && role === 'member'));
  const nameOf = ({ name, handle }: Member): string => name ?? handle ?? 'Somebody who is gone';
  return (
    <section className={styles.part}>
      <h3>{kind === 'direct' ? 'People' : 'Members'}</h3>
      {members.error && <ProblemNote error={members.error} tried="Show the members" />}
      {members.data?.length === 0 && <p className="soft">Nobody has joined it yet.</p>}
      <ul className={styles.members} aria-label="Members">
        {members.data?.map((member) => (
          <li key={member.accountId} className={styles.member}>
            <PresenceDot accountId={member.accountId} />
            <span className={styles.who}>
              <bdi>{nameOf(member)}</bdi> <bdi className="soft">{member.handle && `@${member.handle}`}</bdi>
            </span>
            {isOwner && member.handle !== null && !member.isBot ? (
              <NativeSelect
                size="xs"
                aria-label={`Role of ${nameOf(member)}`}
                value={member.role}
                data={Object.entries(roleWords).map(([value, label]) => ({ value, label }))}
                onChange={({ currentTarget: { value } }) =>
                  act('Change the role', () => setMember(roomId, member.handle ?? '', value as Role))
                }
              />
            ) : (
              kind !== 'direct' && <span className="soft">{roleWords[member.role]}</span>
            )}
            {kind !== 'direct' && mayRemove(member) && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${nameOf(member)}`}
                onClick={() =>
                  act(
                    'Remove the member',
                    () => removeMember(roomId, member.accountId),
                    `${nameOf(member)} is removed.`,
                    backOf(roomId, member),
                  )
                }
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {isModerator && <AddMember roomId={roomId} act={act} />}
    </section>
  );
}

/** Whoever is gone from the workspace cannot be added again. */
function backOf(roomId: string, { handle, role }: Member): (() => Promise<unknown>) | undefined {
  return handle === null ? undefined : () => setMember(roomId, handle, role);
}

function AddMember({ roomId, act }: { readonly roomId: string; readonly act: RoomMembersProps['act'] }) {
  const people = useQuery(peopleOptions).data ?? [];
  const [typed, setTyped] = useState('');
  const listId = useId();
  const handle = typed.trim().replace(/^@/, '');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTyped('');
    act(`Add ${handle}`, () => setMember(roomId, handle), `${handle} is a member now.`);
  };
  return (
    <form className={styles.add} onSubmit={submit}>
      <TextInput
        label="Add somebody"
        placeholder="Their handle"
        autoComplete="off"
        list={listId}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {people.map((person) => (
          <option key={person.accountId} value={person.handle}>
            {person.name}
          </option>
        ))}
      </datalist>
      <Button type="submit" variant="default" disabled={handle === ''}>
        Add
      </Button>
    </form>
  );
}
