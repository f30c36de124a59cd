import type { Clock } from '../clock.ts';
import { commandErrors } from './errors.ts';

/**
 * The kit that features write their CLI verbs with. A feature exports `Command` values from its `commands.ts`; `cli/`
 * turns them into a program (parsing, help, output, exit codes) and hands each one what it needs as its context.
 */
export interface Command {
  /** The words that call it: `['ls']`, `['account', 'password']`. */
  readonly path: readonly string[];
  /** One line for the list of verbs, without a full stop. */
  readonly summary: string;
  /** More, for the verb's own help: what it does exactly, what it never does. */
  readonly description?: string;
  /** Real ones, the most usual first; help starts with them. */
  readonly examples: readonly [CommandExample, CommandExample, CommandExample, ...CommandExample[]];
  readonly arguments?: readonly CommandArgument[];
  /** How the arguments read in help, when their list does not say it: `LOCAL... REMOTE`. */
  readonly usage?: string;
  readonly options?: readonly CommandOption[];
  /** Resolves when everything is done; a number is the exit code (default 0). */
  run(context: CommandContext, input: CommandInput): Promise<ExitCode | void>;
}

/** 0 done, 1 a failed verify or an open finding, 2 wrong usage, 3 could not run (wholly or in part). */
export type ExitCode = 0 | 1 | 2 | 3;

export interface CommandExample {
  readonly run: string;
  readonly does: string;
}

export interface CommandArgument {
  /** Upper case: `LOCAL`. */
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
  /** Takes all that follow; only the last argument may. */
  readonly many?: boolean;
}

export interface CommandOption {
  /** Long form without the dashes: `password-file`. */
  readonly name: string;
  readonly short?: string;
  /** Name of its value (`FILE`); without one the option is a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly about: string;
}

export interface CommandInput {
  readonly args: readonly string[];
  /** The option's value, undefined when it was not given. */
  text(option: string): string | undefined;
  /** All values of an option that may be repeated. */
  list(option: string): readonly string[];
  /** True when the switch was given. */
  flag(option: string): boolean;
}

export interface CommandContext {
  readonly terminal: Terminal;
  readonly prompts: Prompts;
  /** Aborted by Ctrl-C and SIGTERM. Clean up, then let the abort reason through. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The folder that relative local paths start from. */
  readonly workingFolder: string;
  /** Where this user's state lies on this computer; it need not exist. */
  readonly stateFolder: string;
  /** How this computer is called in the list of sessions. */
  readonly device: string;
  readonly sessions: SavedSessions;
  /** The API of the server at `url`, with nobody signed in unless a token is given. Refuses plain HTTP off loopback. */
  connect(url: string, as?: ConnectedAs): ApiClient;
  /** The API of the chosen server with the saved session. Throws `login_required`. */
  signedIn(): Promise<ApiClient>;
  /** The same for this very server. */
  signedInAt(url: string): Promise<ApiClient>;
  /** The server's URL by flag, environment or last login; undefined when none is known. */
  chosenServer(): Promise<string | undefined>;
}

export interface ConnectedAs {
  readonly token: string;
  /** Of one answer; what is longer is refused. */
  readonly maxReplyBytes: number;
}

export interface SavedSession {
  readonly url: string;
  readonly token: string;
  readonly email: string;
}

/** One session per server, in a file that only its owner can read. The last one saved is the current one. */
export interface SavedSessions {
  current(): Promise<SavedSession | undefined>;
  find(url: string): Promise<SavedSession | undefined>;
  /** `deviceToken` is kept beyond the session: it lets this computer log in when strangers guess at the account. */
  save(session: SavedSession & { readonly deviceToken?: string }): Promise<void>;
  remove(url: string): Promise<void>;
  /** What the last login at this server gave this computer to keep. */
  deviceToken(url: string): Promise<string | undefined>;
}

/** What a command says. Results go to stdout, all else to stderr. */
export interface Terminal {
  /** `--json`: results are one JSON value on stdout, and problems one on stderr. */
  readonly json: boolean;
  /** `--quiet`: no notes, no progress. */
  readonly quiet: boolean;
  readonly styles: Styles;
  /** Of the terminal that results go to; `undefined`: a file or a pipe, where a line may be of any length. */
  readonly columns: number | undefined;
  /** The result: `value` with `--json`, else the lines. Call it once, at the end. */
  show(value: unknown, lines: () => readonly string[]): void;
  /** Something worth knowing, on stderr; not with `--quiet` or `--json`. */
  note(line: string): void;
  /** Something that must not be missed, on stderr. */
  warn(line: string): void;
  /** Lines of an aligned table. Cells are made safe to print; a cell is never an escape sequence. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[];
  /** Nothing is seen of it unless it runs for over a second on a terminal. */
  progress(task: ProgressTask): Progress;
  /** Bytes to stdout as they are. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface Styles {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  attention(text: string): string;
  danger(text: string): string;
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Cut with “…” when the terminal is too narrow. Without it a cell keeps its whole text. */
  readonly cut?: boolean;
}

export type Cell = string | { readonly text: string; readonly style: keyof Styles };

export interface ProgressTask {
  /** What happens: `Storing`. */
  readonly verb: string;
  readonly totalBytes: number;
  readonly totalFiles: number;
  /** What is counted, when it is no file: `check`. Without bytes it is what the bar goes by. */
  readonly unit?: string;
}

export interface Progress extends Disposable {
  /** Takes back bytes with a negative number, when a transfer starts again. */
  bytes(more: number): void;
  file(name: string): void;
}

/** Lines that somebody types, or that come from a file or pipe, while others are shown. Ends with the input. */
export interface Dialogue extends Disposable {
  readonly lines: AsyncIterable<string>;
  /** Above the line that is being typed. */
  show(line: string): void;
}

/** What a word that is being typed may become. */
export type Completer = (word: string) => readonly string[];

/** Questions to a person; every one throws `secret_required` or `usage_invalid` where there is no terminal. */
export interface Prompts {
  readonly interactive: boolean;
  /** Shown while typed. */
  line(question: string): Promise<string>;
  /** Not shown while typed. */
  secret(question: string): Promise<string>;
  dialogue(complete: Completer): Dialogue;
  /** From `file` (`-` is stdin, one line break at its end is dropped), else asked without echo. */
  secretFrom(file: string | undefined, question: string, option?: string): Promise<string>;
}

export interface ApiClient {
  /** Without a slash at its end. */
  readonly url: string;
  /** `path` starts after `/api/v1`: `/drives`. Problems are thrown as HoldfastError with the server's code. */
  get<Reply>(path: string): Promise<Reply>;
  post<Reply>(path: string, body?: object, options?: CallOptions): Promise<Reply>;
  delete<Reply>(path: string, options?: CallOptions): Promise<Reply>;
  /** Streams `body` up; memory stays constant. */
  upload<Reply>(method: 'POST' | 'PUT', path: string, upload: UploadBody): Promise<Reply>;
  download(path: string, options?: DownloadOptions): Promise<DownloadedBody>;
  /** The live connection (`/live`). */
  live(): Promise<LiveConnection>;
}

/** Texts both ways. Disposing ends it. */
export interface LiveConnection extends AsyncDisposable {
  send(text: string): void;
  /** As they come, until it is over, however that came about. */
  readonly texts: AsyncIterable<string>;
  /** Why the server ended it (RFC 6455 section 7.4); 0 while it has not. */
  closedWith(): number;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The server may be silent for minutes before it answers, as when it copies a large folder. */
  readonly slow?: boolean;
}

export interface UploadBody {
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes; undefined when it is not known before the end. */
  readonly size: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface DownloadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface DownloadedBody {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Throws `connection_lost` or `server_stalled` when it ends early. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Reads the whole number that an option carries. Throws `usage_invalid`. */
export function wholeNumber(text: string, range: { option: string; min: number; max: number }): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw commandErrors('usage_invalid', {
    detail: `--${range.option} takes a whole number from ${range.min} to ${range.max}`,
  });
}
