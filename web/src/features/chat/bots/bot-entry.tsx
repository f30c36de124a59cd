import { ActionIcon, Button, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/icons/IconDots';
import { Time } from '../../../base/text/bits.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { type BotView, enableOutgoing, type GivenUp, type HookView, type Outgoing } from './api.ts';
import { accessWords, type BotAct } from './bot-act.ts';
import styles from './bots.module.css';
import { OutgoingHealth } from './outgoing-health.tsx';

export interface BotEntryProps {
  readonly roomId: string;
  readonly bot: BotView;
  readonly hooks: readonly HookView[];
  readonly outgoing: readonly Outgoing[];
  /** Of all bots of the room. */
  readonly givenUp: readonly GivenUp[];
  readonly onDoing: (act: BotAct) => void;
  /** Does it and tells what came of it. */
  readonly act: (tried: string, run: () => Promise<void>, done: string) => void;
}

export function BotEntry({ roomId, bot, hooks, outgoing, givenUp, onDoing, act }: BotEntryProps) {
  const { name, access, hasToken, madeTime } = bot;
  return (
    <li className={styles.bot}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h3>
            <bdi>{name}</bdi>
          </h3>
          <p className="soft">
            {accessWords[access]}; {hasToken ? 'has a token' : 'no token'}; made <Time within>{madeTime}</Time>
          </p>
        </div>
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <ActionIcon variant="default" aria-label={`What to do with ${name}`}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onDoing({ act: 'hook', bot })}>Add an incoming webhook…</Menu.Item>
            {access !== 'write' && (
              <Menu.Item onClick={() => onDoing({ act: 'outgoing', bot })}>Add an outgoing webhook…</Menu.Item>
            )}
            <Menu.Item onClick={() => onDoing({ act: 'token', bot })}>
              {hasToken ? 'Make another token…' : 'Make a token…'}
            </Menu.Item>
            <Menu.Item onClick={() => onDoing({ act: 'remove', bot })}>Remove…</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {(hooks.length > 0 || outgoing.length > 0) && (
        <ul className={styles.hooks} aria-label={`Webhooks of ${name}`}>
          {hooks.map((hook) => (
            <li key={hook.hookId} className={styles.hook}>
              <div className={styles.words}>
                <p>
                  Incoming
                  {hook.label !== '' && (
                    <>
                      : <bdi>{hook.label}</bdi>
                    </>
                  )}{' '}
                  {hook.signed && <span className={sections.mark}>signed</span>}
                </p>
                <p className="soft">
                  Made <Time within>{hook.madeTime}</Time>
                </p>
              </div>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Remove the incoming webhook ${hook.label} of ${name}`}
                onClick={() => onDoing({ act: 'removeHook', hook })}
              >
                Remove…
              </Button>
            </li>
          ))}
          {outgoing.map((hook) => (
            <li key={hook.hookId} className={styles.hook}>
              <div className={styles.words}>
                <p>
                  Outgoing to <bdi>{hook.host}</bdi>
                  {hook.label !== '' && (
                    <>
                      : <bdi>{hook.label}</bdi>
                    </>
                  )}
                </p>
                <p className="soft">
                  {hook.triggers.length === 0 ? (
                    'Told all that people say'
                  ) : (
                    <>
                      Told what holds <bdi>{hook.triggers.join(', ')}</bdi>
                    </>
                  )}
                </p>
                <OutgoingHealth hook={hook} last={givenUp.find(({ hookId }) => hookId === hook.hookId)} />
              </div>
              {hook.disabledTime !== null && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Enable the outgoing webhook to ${hook.host}`}
                  onClick={() =>
                    act(
                      'Enable the webhook',
                      () => enableOutgoing(roomId, hook.hookId),
                      'It is told again what is said from now on.',
                    )
                  }
                >
                  Enable
                </Button>
              )}
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Remove the outgoing webhook to ${hook.host}`}
                onClick={() => onDoing({ act: 'removeOutgoing', hook })}
              >
                Remove…
              </Button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
