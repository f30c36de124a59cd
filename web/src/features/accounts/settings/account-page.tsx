import { Time } from '../../../base/text/bits.tsx';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { SpaceUsed } from '../../files/storage/space-used.tsx';
import { useMe } from '../api.ts';
import { roles } from '../roles.ts';
import { Appearance } from './appearance.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';

export function AccountPage() {
  usePageTitle('Settings');
  const me = useMe();
  if (!me) return null;
  return (
    <div className={styles.page}>
      <section className={styles.section} aria-labelledby="about-me">
        <h2 id="about-me">You</h2>
        <dl className={styles.facts}>
          <dt>Name</dt>
          <dd>
            <bdi>{me.name}</bdi>
          </dd>
          <dt>E-mail</dt>
          <dd>
            <bdi>{me.email}</bdi>
          </dd>
          <dt>Handle</dt>
          <dd>
            <bdi>@{me.handle}</bdi>
          </dd>
          <dt>Role</dt>
          <dd>{roles[me.role].label}</dd>
          <dt>Here since</dt>
          <dd>
            <Time>{me.createdTime}</Time>
          </dd>
        </dl>
      </section>
      {me.role !== 'guest' && (
        <section className={styles.section} aria-labelledby="space">
          <h2 id="space">Space</h2>
          <SpaceUsed />
        </section>
      )}
      <Appearance />
      <DeleteAccount me={me} />
    </div>
  );
}
