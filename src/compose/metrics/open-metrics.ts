import { HoldfastError } from '../../base/errors.ts';
import { type Config, readPassword } from '../../config/index.ts';
import { composeErrors } from '../errors.ts';
import { foldersOf } from '../stores/one-store.ts';
import { openWorkspaceMetrics, type WorkspaceMetrics, type WorkspaceMetricsParts } from './workspace-metrics.ts';

export interface OpenMetrics extends WorkspaceMetrics {
  /** `null`: they are told to this machine alone. */
  readonly token: string | null;
}

const SHORTEST_TOKEN = 16;

/** Throws `metrics_token_unusable`. */
export async function openMetrics(config: Config, parts: Omit<WorkspaceMetricsParts, 'folders'>): Promise<OpenMetrics> {
  const token = config.metricsTokenFile === null ? null : await readToken(config.metricsTokenFile);
  const [objects] = foldersOf(config.objects);
  const [backup] = foldersOf(config.backup);
  const folders = { data: config.dataFolder, ...(objects && { objects }), ...(backup && { backup }) };
  const metrics = openWorkspaceMetrics({ ...parts, folders });
  return { token, families: () => metrics.families(), [Symbol.dispose]: () => metrics[Symbol.dispose]() };
}

async function readToken(file: string): Promise<string> {
  const attempted = `Read the token for metrics from ${file}`;
  try {
    const token = await readPassword(file);
    if (/^[\x21-\x7e]+$/.test(token) && token.length >= SHORTEST_TOKEN) return token;
    throw composeErrors('metrics_token_unusable', { attempted });
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const detail = (cause as NodeJS.ErrnoException).code ?? '';
    throw composeErrors('metrics_token_unusable', { attempted, detail, cause });
  }
}
