import { Fragment } from 'react';
import { visible } from '../../../base/text/visible.ts';
import type { HostReply } from '../api.ts';
import styles from '../host/host-page.module.css';

type System = NonNullable<HostReply['system']> & {
  readonly hostname: string;
  readonly osName: string;
  readonly hostId: string;
};

export function SystemFacts({ system }: { readonly system: System }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Name', system.hostname],
    ['System', system.osName],
    ['Kernel', system.kernel],
    ['Architecture', system.architecture],
    ['Services by', system.init],
    ['Packages by', system.packages],
    ['Container', system.container],
    ['Cloud', system.cloud],
    ['Looked at', system.isRoot ? 'as root' : 'without root: much could not be seen'],
    ['Id', system.hostId],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{visible(value)}</bdi>
            </dd>
          </Fragment>
        ))}
    </dl>
  );
}
