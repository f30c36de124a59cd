/** One thing that a fix changes, with what it was before: enough to make it, to see whether it still is so, and to take it back. */

/** A file that is written, made or replaced. `null`: there is none. Bytes as base64. */
export interface ContentStep {
  readonly kind: 'content';
  readonly path: string;
  readonly before: { readonly bytes: string; readonly mtimeMs: number } | null;
  readonly after: string;
}

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface AttributesStep {
  readonly kind: 'attributes';
  readonly path: string;
  readonly before: Attributes;
  readonly after: Attributes;
}

/** A file or folder that is put aside, where only its user gets at it. */
export interface AsideStep {
  readonly kind: 'aside';
  readonly path: string;
  /** Where it is kept. */
  readonly kept: string;
  readonly attributes: Attributes;
}

/** An account that no password opens any more. Of its line a hash is kept, and nothing of the password. */
export interface AccountStep {
  readonly kind: 'account';
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** A setting of the running kernel. */
export interface KernelStep {
  readonly kind: 'kernel';
  /** Below /proc/sys. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Options of a mount, all of them. */
export interface MountStep {
  readonly kind: 'mount';
  readonly path: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ServiceState {
  readonly active: string;
  readonly enabled: string;
}

export interface ServiceStep {
  readonly kind: 'service';
  readonly name: string;
  readonly action: ServiceAction;
  readonly before: ServiceState;
}

export const serviceActions = ['start', 'stop', 'enable', 'disable', 'mask'] as const;
export type ServiceAction = (typeof serviceActions)[number];

export interface ProcessStep {
  readonly kind: 'process';
  readonly pid: number;
  /** Seconds since the epoch: a number is used again for another process. */
  readonly startS: number;
  /** `KILL` cannot be taken back. */
  readonly signal: 'STOP' | 'KILL';
}

export const ruleKinds = ['nft', 'iptables', 'ip6tables'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Rules of a firewall, as its own tool tells and takes them. */
export interface RulesStep {
  readonly kind: 'rules';
  readonly tool: RuleKind;
  /** The tables of nft that it brings, `inet holdfast`; `null`: all rules are others afterwards. */
  readonly tables: readonly string[] | null;
  readonly before: string;
  /** What takes it back, where that is not `before`: tables that were not there then have to be emptied. */
  readonly back?: string;
  /** What is loaded. */
  readonly load: string;
  /** As the tool told them afterwards; `null`: not yet. */
  readonly after: string | null;
}

/** How a database server on this machine is asked, as native/mysql.sh found it. */
export interface SqlServer {
  readonly client: string;
  readonly socket: string;
  /** A file with the settings of a client, or `--no-defaults`: as the server's root. */
  readonly as: string;
}

export interface SqlStep {
  readonly kind: 'sql';
  readonly server: SqlServer;
  readonly statement: string;
  readonly undo: string;
  /** A SELECT of what they change. */
  readonly look: string;
  readonly before: string;
  /** `null`: it was not looked at yet. */
  readonly after: string | null;
}

/** Must succeed, or all is put back. `when`: with the files in place, or once all is done. */
export interface CommandStep {
  readonly kind: 'command';
  readonly when: 'validate' | 'reload';
  readonly words: readonly string[];
}

export type Step =
  | ContentStep
  | AttributesStep
  | AsideStep
  | AccountStep
  | KernelStep
  | MountStep
  | ServiceStep
  | ProcessStep
  | RulesStep
  | SqlStep
  | CommandStep;
