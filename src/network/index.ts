/**
 * network/ reads what crossed the wire and makes flows of it: who spoke with whom, for how long, how much, and how it ended.
 * Packets are numbers in memory that is used again for each of them (decoders/), flows are words in one large buffer (flows/),
 * and become records with Zeek's names when they end (records/). Start reading in reading/read-capture.ts.
 */
export { networkErrors } from './errors.ts';
export { openCapture } from './capture/capture.ts';
export { analyse, type Analysis } from './analysing/analyse.ts';
export { batchTexts } from './analysing/analysed-batch.ts';
export { openRing } from './live-capture/ring.ts';
export { startCapture } from './live-capture/start-capture.ts';
export { openCaptureStream } from './capture/capture-input.ts';
export { readFlows } from './reading/read-capture.ts';
export type { ConnRecord } from './records/conn-record.ts';
export type {
  DnsRecord,
  HttpRecord,
  LoginRecord,
  MysqlRecord,
  ProtocolLog,
  ProtocolRecord,
  RecordOf,
  SshRecord,
  SslRecord,
} from './records/log-records.ts';
export { Detections, KnownState, openDetections, type OpenDetections } from './detecting/index.ts';
export type { NoticeRecord } from './records/notice-record.ts';
export type * from './store/flow-batch.ts';
export type * from './store/flow-store.ts';
export { archiveDays, removeOldArchives } from './store/archive/archive-days.ts';
export { openFlowStore } from './store/open-flow-store.ts';
export { serveNetwork, type ServedNetwork, type ServedNetworkDeps } from './serving/served-network.ts';
export { networkReport, openDatabaseLog, reportNotices } from './reporting/index.ts';
export { ProcessOfFlow } from './here/process-of-flow.ts';
