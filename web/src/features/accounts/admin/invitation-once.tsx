import { SecretOnce } from '../../../base/saving/secret-once.tsx';
import { Time } from '../../../base/text/bits.tsx';
import type { MadeInvite } from './api.ts';

/** After `#`, where opening the link sends it to no server and into no log. */
function invitationLink(invitation: string): string {
  return `${location.origin}/sign-up#invitation=${encodeURIComponent(invitation)}`;
}

/** The one time that an invitation can be handed on. */
export function InvitationOnce({ invite }: { readonly invite: MadeInvite }) {
  return (
    <>
      <p>
        Send this link over a way that only{' '}
        {invite.email === null ? 'the one whom you invite reads' : <bdi>{invite.email}</bdi>}
        {invite.email === null ? '' : ' reads'}: whoever opens it first signs up. It is shown this once, and good until{' '}
        <Time>{invite.expiresTime}</Time>.
      </p>
      <SecretOnce label="Invitation link" secret={invitationLink(invite.invitation)} />
      <p className="soft">For the command line it is a file: “holdfast signup … --invite-file invitation”.</p>
      <SecretOnce label="Invitation" secret={invite.invitation} fileName="invitation" />
    </>
  );
}
