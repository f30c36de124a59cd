import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { SecretOnce } from '../../../base/saving/secret-once.tsx';
import { sections } from '../../../base/pages/sections.ts';

export interface SecretsOnceProps {
  readonly secrets: readonly { readonly label: string; readonly secret: string }[];
  readonly onClose: () => void;
  /** What it is for. */
  readonly children: ReactNode;
}

/** What was just made, to be copied now. */
export function SecretsOnce({ secrets, onClose, children }: SecretsOnceProps) {
  return (
    <div className={sections.dialog}>
      <p>{children} It is shown this once.</p>
      {secrets.map(({ label, secret }) => (
        <section key={label}>
          <p className="soft">{label}</p>
          <SecretOnce label={label} secret={secret} />
        </section>
      ))}
      <div className={sections.dialogActs}>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
