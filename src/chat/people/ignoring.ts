/**
 * Whether what an account says is left out for somebody who ignores these. Everything on the server and in the terminal
 * asks here; the browser asks its own ignoring.ts.
 */
export function leavesOut({ ignored }: { readonly ignored: readonly string[] }, authorId: string | null): boolean {
  return authorId !== null && ignored.includes(authorId);
}
