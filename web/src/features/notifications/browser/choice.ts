/** What somebody chose to be told in this browser. It stays in the browser, with the account it was chosen by. */

export interface BrowserChoice {
  readonly accountId: string;
  /** Messages for this person, while a tab is open. */
  readonly open: boolean;
  /** Everything, by push, while none is. `null`: no. */
  readonly push: {
    readonly subscriptionId: string;
    readonly endpoint: string;
    /** The login that it was switched on or kept right with. */
    readonly sessionId: string;
  } | null;
}

const PLACE = 'holdfast-browser-notices';

/** Nothing is chosen where the browser keeps nothing, or what somebody else chose. */
export function choiceOf(accountId: string): BrowserChoice {
  const nothing = { accountId, open: false, push: null };
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? 'null') as BrowserChoice | null;
    return kept?.accountId === accountId ? { ...nothing, ...kept } : nothing;
  } catch {
    return nothing;
  }
}

export function keepChoice(choice: BrowserChoice): void {
  localStorage.setItem(PLACE, JSON.stringify(choice));
}
