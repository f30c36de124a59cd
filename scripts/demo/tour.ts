/** What is printed when all is there: where to look first, in the browser and from a second terminal. */

export interface Tour {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Where the command line is logged in. */
  readonly configFolder: string;
  /** Where guards keep what they find on this computer. */
  readonly stateFolder: string;
  readonly aws: Readonly<Record<string, string>>;
}

export function tour({ url, email, password, configFolder, stateFolder, aws }: Tour): string {
  const own = { XDG_CONFIG_HOME: configFolder, XDG_STATE_HOME: stateFolder };
  const settings = Object.entries({ ...own, ...aws }).map(([name, value]) => `${name}=${value}`);
  return `
The demo is ready.

  Address   ${url}
  E-mail    ${email}
  Password  ${password}

In the browser:
  Files               a drive of some months: open the versions of “Budget 2026.xlsx”
  Chat                what the team talks about in #general
  Security            three questions, each with an answer
  Security > Hosts    two hosts in trouble; what moved the index of each
  Security > Network  who spoke with whom in a capture, and what was wrong there
  Security > Buckets  Look now: the account is a recording, and answers as AWS did

In a second terminal, in this folder:
  export ${settings.join(' \\\n         ')}
  ./holdfast ls -l /
  ./holdfast findings list
  ./holdfast chat general

All of it lies in one folder, and is gone when the demo ends. Ctrl-C ends it.
`;
}
