/** What can be looked at once for all checks. `security`, `audit` and `services` are of Windows, `firewall` of both. */
export const probeNames = [
  ...(['processes', 'sockets', 'files', 'packages', 'firewall', 'sshd', 'mysql'] as const),
  ...(['security', 'audit', 'services'] as const),
] as const;
export type ProbeName = (typeof probeNames)[number];

/** What a fact of a check's header comes from: `files/suid` from `files`. `null`: there is no such fact. */
export function probeOf(fact: string): ProbeName | null {
  const [first] = fact.split('/');
  return probeNames.find((name) => name === first) ?? null;
}
