import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge, type MetricFamily } from '../../base/formats/metrics.ts';
import { version } from '../../base/version.ts';

const NANOSECONDS = 1e9;
const LOOK_EVERY_MS = 20;

export interface ProcessMetrics extends Disposable {
  families(): readonly MetricFamily[];
}

/** Names as Prometheus's own clients have them, so that ready-made charts find them. */
export function openProcessMetrics(): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delay.enable();
  return {
    families() {
      const { user, system } = process.cpuUsage();
      const memory = process.memoryUsage();
      const lag = Math.max(0, delay.percentile(99) / NANOSECONDS - LOOK_EVERY_MS / 1000);
      delay.reset();
      return [
        {
          ...{ name: 'holdfast_build_info', type: 'gauge', help: 'The version that runs.' },
          samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
        },
        {
          ...{ name: 'process_cpu_seconds_total', type: 'counter', help: 'Processor time used.' },
          samples: [{ value: (user + system) / 1e6 }],
        },
        gauge('process_start_time_seconds', 'When the process was started.', Date.now() / 1000 - process.uptime()),
        gauge('process_resident_memory_bytes', 'Memory in use.', memory.rss),
        gauge('nodejs_heap_size_used_bytes', 'Memory of objects.', memory.heapUsed),
        gauge('nodejs_external_memory_bytes', 'Memory of buffers.', memory.external),
        gauge('nodejs_eventloop_lag_p99_seconds', 'How late the process came to its work since the last look.', lag),
      ];
    },
    [Symbol.dispose]: () => void delay.disable(),
  };
}
