/** Of the resource of a finding, `host/<hostId>/etc/passwd`. */
export function hostIdIn(uid: string): string | undefined {
  return /^host\/([0-9a-f]{32})(?:\/|$)/.exec(uid)?.[1];
}
