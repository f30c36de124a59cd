import { encryptBytes, generateIdentity } from '../../age/index.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { sealRow } from '../account-rows.ts';
import { loggedIn, type LoggedIn } from '../account-view.ts';
import { newRecovery, passwordRow } from '../credentials/credentials.ts';
import { organisationPath, recoveryPath } from '../credentials/wrap-paths.ts';
import { accountErrors } from '../errors.ts';
import { admit } from './admission.ts';
import { checkedHandle, proposeHandle } from './handle.ts';
import { checkedNewPassword } from '../credentials/password-rules.ts';
import { checkedDevice, checkedEmail, checkedName } from './person-fields.ts';
import { agreedRecovery, organisationRow } from '../keys/organisation-recovery.ts';
import { ringPath, sameRing } from '../keys/ring-copies.ts';
import { keys, type AccountRow } from '../records.ts';
import { recoveryKit } from '../credentials/recovery-kit.ts';
import { MAX_PROVISION_OPERATIONS } from '../session.ts';
import { newSession } from '../sessions/sessions.ts';
import { removeSetupCodeFile } from './setup-code.ts';

export interface SignUp {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Made from the name when left out. */
  readonly handle?: string | undefined;
  /** Needed for the first account, which is the admin's; ignored afterwards. */
  readonly setupCode?: string | undefined;
  readonly device?: string | undefined;
  /** Where the request comes from. */
  readonly address?: string | undefined;
  /** Says which role, once; needed where sign-up is not open. */
  readonly invitation?: string | undefined;
  /**
   * Recipient (`age1…`) of a recovery key of the organisation, which opens every account: the first account may choose
   * one for the workspace, everybody after that repeats it, having seen it.
   */
  readonly organisationRecovery?: string | undefined;
  /** Whether the request comes from where people may sign up unasked; the server tells. The policy has the last word. */
  readonly signUpOpen: boolean;
}

export type SignedUp = LoggedIn & {
  /** Shown once: the text form of an age identity. Kept nowhere. */
  readonly recoveryKey: string;
  /** The recovery key as a file that explains itself. */
  readonly recoveryKit: string;
};

/**
 * Makes an account and logs it in: all checks, then the keys in the stores, then one transaction with everything.
 *
 * Throws `email_invalid`, `account_name_invalid`, `handle_invalid`, `device_invalid`, `password_length`,
 * `password_too_easy`, `setup_code_invalid`, `sign_up_closed`, `invite_required`, `invite_invalid`,
 * `invite_email_mismatch`, `organisation_recovery_unseen`, `organisation_recovery_invalid`, `email_taken`,
 * `handle_taken`, `busy`.
 */
export async function signUp(input: SignUp, deps: AccountDeps): Promise<SignedUp> {
  const name = checkedName(input.name);
  const email = checkedEmail(input.email);
  const device = checkedDevice(input.device);
  const wanted = input.handle === undefined ? undefined : checkedHandle(input.handle);
  let admission = await admit(input, email, deps);
  const attempted = 'Sign up';
  const agreed = await agreedRecovery({ first: admission.first, named: input.organisationRecovery }, deps);
  if (await exists(keys.email(email), deps)) throw accountErrors('email_taken', { attempted });
  if (wanted !== undefined && (await exists(keys.handle(wanted), deps))) {
    throw accountErrors('handle_taken', { attempted });
  }
  await checkedNewPassword(input.password, [name, email, wanted ?? ''], deps);

  const accountId = newId();
  const createdTime = timestamp(deps.clock());
  const { role } = admission;
  const identity = generateIdentity('pq');
  const password = await passwordRow(accountId, identity, input.password, createdTime, deps);
  const recovery = newRecovery(accountId, identity, createdTime, deps.workspaceKey);
  const organisation = agreed.recipient ? organisationRow(accountId, identity, agreed.recipient, deps) : null;
  const makeRow = (handle: string): AccountRow => {
    const recipient = identity.recipient.toString();
    const fields = { name, email, handle, role, state: 'active', recipient, sessionEpoch: 1, createdTime } as const;
    return sealRow(deps.workspaceKey, 'account', { accountId }, fields);
  };
  let row = makeRow(wanted ?? (await freeHandle(name, deps)));

  const published = new Map<string, Uint8Array>([[recoveryPath(accountId), Buffer.from(recovery.row.wrap, 'base64')]]);
  if (organisation) published.set(organisationPath(accountId), Buffer.from(organisation.wrap, 'base64'));
  const ringGuard = role === 'admin' ? await sameRing(deps) : [];
  if (role === 'admin') {
    const ring = Buffer.from(deps.workspaceKey.ringText());
    published.set(ringPath(accountId), encryptBytes(ring, [identity.recipient]));
  }
  let drive: readonly RecordOperation[] = [];
  try {
    for (const [path, bytes] of published) await deps.publishKey(path, bytes);
    // A guest has no drive of their own and sees only what they were added to.
    if (role !== 'guest') {
      drive = await deps.newDrive({ accountId, name, handle: row.handle, role, recipient: row.recipient });
    }
    if (drive.length > MAX_PROVISION_OPERATIONS) throw new RangeError('A new drive has too many records for a sign-up');
  } catch (error) {
    await retract([...published.keys()], deps);
    throw error;
  }

  for (let attempt = 1; ; attempt++) {
    const session = newSession({ accountId, row }, identity, device, deps);
    const operations: RecordOperation[] = [
      { op: 'put', ...keys.email(email), value: { accountId }, if: 'absent' },
      { op: 'put', ...keys.handle(row.handle), value: { accountId }, if: 'absent' },
      ...admission.operations(accountId),
      { op: 'put', ...keys.person(accountId), value: {}, if: 'absent' },
      { op: 'put', ...keys.account(accountId), value: row, if: 'absent' },
      { op: 'put', ...keys.password(accountId), value: password, if: 'absent' },
      { op: 'put', ...keys.recovery(accountId), value: recovery.row, if: 'absent' },
      ...(organisation ? [{ op: 'put', ...keys.organisation(accountId), value: organisation } as const] : []),
      ...agreed.operations,
      ...session.operations,
      ...deps.audit.operations(accountEvent('account.created', session.session, { role })),
      ...drive,
      ...ringGuard,
    ];
    try {
      await deps.records.transact(operations);
    } catch (error) {
      const index = hasCode(error, 'record_conflict') ? error.extra['index'] : undefined;
      if (index === 1 && wanted === undefined && attempt < 10) {
        row = makeRow(await freeHandle(name, deps));
        continue;
      }
      // Address and handle are claimed first; what admits follows them.
      const admissionFailed = Number(index) >= 2 && Number(index) < 2 + admission.operations(accountId).length;
      // Whoever invited changed meanwhile, or somebody was faster with the same invitation: a second look tells.
      if (admissionFailed && !admission.first && attempt < 10) {
        const again = await admit(input, email, deps).catch((refusal: unknown) => ({ refusal }));
        if ('operations' in again && again.role === role) {
          admission = again;
          continue;
        }
        await retract([...published.keys()], deps);
        throw 'refusal' in again ? again.refusal : accountErrors('invite_invalid', { attempted });
      }
      // Nothing was written, for certain; after any other error that is not known, and the keys stay.
      if (index !== undefined) await retract([...published.keys()], deps);
      if (index === 0) throw accountErrors('email_taken', { attempted });
      if (index === 1) throw accountErrors('handle_taken', { attempted });
      if (admissionFailed) throw accountErrors('setup_code_invalid', { attempted });
      throw error;
    }
    if (admission.first) await forgetSetupCode(deps);
    const recoveryKey = recovery.recoveryKey;
    const kit = recoveryKit({ name, email, accountId, createdTime, recoveryKey });
    return { ...loggedIn({ accountId, row }, session), recoveryKey: recoveryKey.toString(), recoveryKit: kit };
  }
}

/** A handle for this name that nobody has at this moment. */
export function freeHandle(name: string, deps: Pick<AccountDeps, 'records'>): Promise<string> {
  return proposeHandle(name, (handle) => exists(keys.handle(handle), deps));
}

async function exists(place: { pk: string; sk: string }, { records }: Pick<AccountDeps, 'records'>): Promise<boolean> {
  return (await records.get(place.pk, place.sk)) !== null;
}

async function retract(paths: readonly string[], deps: AccountDeps): Promise<void> {
  for (const path of paths) {
    await deps.retractKey?.(path).catch(() => deps.log.warn({ path }, 'A key of an account that was not made remains'));
  }
}

async function forgetSetupCode(deps: AccountDeps): Promise<void> {
  await removeSetupCodeFile(deps.setupCodeFile).catch(() =>
    deps.log.warn({ file: deps.setupCodeFile }, 'The used setup code could not be deleted; it is worth nothing now'),
  );
}
