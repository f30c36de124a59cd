import { Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { useMe } from '../../accounts/api.ts';
import { pushOptions } from '../api.ts';
import { type Ability, ability, askToShow, canBePushed } from '../browser/ability.ts';
import { choiceOf, keepChoice } from '../browser/choice.ts';
import { switchPushOff, switchPushOn } from '../browser/push.ts';
import { inWordsOfBrowser } from './browser-words.ts';
import { ToldBrowsers } from './told-browsers.tsx';

const impossible: Readonly<Partial<Record<Ability, string>>> = {
  insecure:
    'This page came over plain HTTP, and browsers show notices only for pages that came over TLS. Ask whoever runs this workspace for an address that begins with https://.',
  never: 'This browser cannot show notices. On an iPhone or iPad, add Holdfast to the home screen and open it there.',
  denied:
    'This browser was told not to show notices of this page. Allow them in its settings for the page, at the left of the address, then load the page again.',
};

/** What this browser shows by itself, while Holdfast is open in it and while it is not. */
export function ThisBrowser() {
  const accountId = useMe()?.accountId;
  return (
    <section className={styles.section} aria-labelledby="this-browser">
      <h2 id="this-browser">In this browser</h2>
      {accountId !== undefined && <Choices accountId={accountId} />}
      <ToldBrowsers />
    </section>
  );
}

function Choices({ accountId }: { readonly accountId: string }) {
  const [can, setCan] = useState(ability);
  const [choice, setChoice] = useState(() => choiceOf(accountId));
  const told = useQuery(pushOptions).data?.subscriptions ?? [];
  const change = useMutation({
    async mutationFn({ what, on }: { readonly what: 'open' | 'push'; readonly on: boolean }) {
      if (on && !(await askToShow())) return;
      if (what === 'open') keepChoice({ ...choiceOf(accountId), open: on });
      else await (on ? switchPushOn(accountId) : switchPushOff(accountId));
    },
    onSettled() {
      setCan(ability());
      setChoice(choiceOf(accountId));
    },
  });
  const cannot = impossible[can];
  if (cannot !== undefined) return <p>{cannot}</p>;
  const isPushed = told.some(({ subscriptionId }) => subscriptionId === choice.push?.subscriptionId);
  return (
    <div className={styles.choices}>
      <Checkbox
        label="Show messages for me while Holdfast is open"
        description="Of conversations, and where you are named: who wrote and in which room, without what was written."
        checked={can === 'granted' && choice.open}
        disabled={change.isPending}
        onChange={({ currentTarget: { checked } }) => change.mutate({ what: 'open', on: checked })}
      />
      {canBePushed() ? (
        <Checkbox
          label="Tell me while it is closed as well"
          description="The push service of the browser’s vendor learns that something happened, and when. What it is, the browser asks this server; it shows no names and no words of messages."
          checked={can === 'granted' && isPushed}
          disabled={change.isPending}
          onChange={({ currentTarget: { checked } }) => change.mutate({ what: 'push', on: checked })}
        />
      ) : (
        <p className="soft">This browser cannot be told while Holdfast is closed.</p>
      )}
      {change.error && <ProblemNote error={inWordsOfBrowser(change.error)} tried="Show notices in this browser" />}
    </div>
  );
}
