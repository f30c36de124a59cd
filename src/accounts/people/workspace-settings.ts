import { hasCode } from '../../base/errors.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { rowIsSealed, sealRow } from '../account-rows.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { Session } from '../session.ts';
import { signUpPolicies, type SignUpPolicy } from '../settings.ts';

/**
 * What an admin changes while the workspace runs. Numbers and places that a server needs before it has its records
 * are environment variables instead; where both exist, the environment wins and the setting is shown as fixed.
 */
const CATALOGUE = {
  'sign-up': {
    values: signUpPolicies,
    about:
      'open: on a server without a public address, programs on its own machine may sign up; everybody else needs an invitation. invite: everybody needs one. closed: nobody signs up, whatever they hold.',
  },
  'alerts-room': {
    values: ['admins', 'members', 'off'],
    about:
      'Who sees the room in which the workspace tells what guards find and what else concerns admins. admins: these, whoever they are by then. members: everybody but guests, with all that was told there. off: nothing is told there. Where a channel of the kind room is set up, notices go there instead.',
  },
  'guard-notice-names': {
    values: ['on', 'off'],
    about:
      'on: notices about findings name the bucket, host or flow, in mails too. off: they say how many there are, and where to look.',
  },
} as const;

type SettingName = keyof typeof CATALOGUE;
export type WorkspaceSettings = {
  readonly 'sign-up': SignUpPolicy;
  readonly 'alerts-room': 'admins' | 'members' | 'off';
  readonly 'guard-notice-names': 'on' | 'off';
};

const DEFAULTS: WorkspaceSettings = { 'sign-up': 'open', 'alerts-room': 'admins', 'guard-notice-names': 'on' };

type SettingsRow = { readonly values: Readonly<Record<string, string>>; readonly mac: string };
type Deps = Pick<AccountDeps, 'records' | 'workspaceKey' | 'fixedSettings'>;

export type WorkspaceSettingView = {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly default: string;
  /** The environment says so; it cannot be changed here. */
  readonly fixed: boolean;
  readonly about: string;
};

/** Throws `account_damaged` when the settings were not written by a server of this workspace. */
export async function workspaceSettings(deps: Deps): Promise<WorkspaceSettings> {
  const { values } = await readRow(deps);
  const stored = Object.fromEntries(Object.entries(values).filter(([name, value]) => isValue(name, value)));
  return { ...DEFAULTS, ...stored, ...deps.fixedSettings };
}

export async function listWorkspaceSettings(deps: Deps): Promise<WorkspaceSettingView[]> {
  const current = await workspaceSettings(deps);
  return Object.entries(CATALOGUE).map(([name, { values, about }]) => ({
    name,
    value: current[name as SettingName],
    values,
    default: DEFAULTS[name as SettingName],
    fixed: deps.fixedSettings?.[name as SettingName] !== undefined,
    about,
  }));
}

/** Throws `workspace_setting_invalid`, `workspace_setting_fixed`. */
export async function changeWorkspaceSetting(
  session: Session,
  name: string,
  value: string,
  deps: Deps & Pick<AccountDeps, 'audit'>,
): Promise<void> {
  const attempted = 'Change a setting of the workspace';
  if (!isValue(name, value)) {
    const known = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name as SettingName].values : null;
    const detail = known ? `it takes ${known.join(', ')}` : `there are ${Object.keys(CATALOGUE).join(', ')}`;
    throw accountErrors('workspace_setting_invalid', { attempted, detail });
  }
  if (deps.fixedSettings?.[name as SettingName] !== undefined)
    throw accountErrors('workspace_setting_fixed', { attempted });
  for (;;) {
    const { values, revision } = await readRow(deps);
    const row = sealRow(deps.workspaceKey, 'workspace-settings', {}, { values: { ...values, [name]: value } });
    const condition = revision === null ? 'absent' : { revision };
    try {
      await deps.records.transact([
        { op: 'put', ...keys.settings, value: row, if: condition },
        ...deps.audit.operations(accountEvent('setting.changed', session, { name, value }, null)),
      ]);
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

function isValue(name: string, value: string): boolean {
  if (!Object.hasOwn(CATALOGUE, name)) return false;
  const values: readonly string[] = CATALOGUE[name as SettingName].values;
  return values.includes(value);
}

async function readRow({
  records,
  workspaceKey,
}: Deps): Promise<{ values: SettingsRow['values']; revision: string | null }> {
  const item = await records.get<SettingsRow>(keys.settings.pk, keys.settings.sk);
  if (!item) return { values: {}, revision: null };
  // Written by somebody else it could open the doors: better that nobody signs up.
  if (!rowIsSealed(workspaceKey, 'workspace-settings', {}, item.value)) {
    throw accountErrors('account_damaged', { attempted: 'Read the settings of the workspace' });
  }
  return { values: item.value.values, revision: item.revision };
}
