import type { Command } from '../base/commands/command.ts';

/** Verbs that share a module, by their first word. Only the module of the verb that was called is loaded. */
export interface CommandGroup {
  readonly title: string;
  readonly verbs: readonly string[];
  load(): Promise<readonly Command[]>;
}
