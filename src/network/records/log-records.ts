import type { ConnRecord } from './conn-record.ts';

/**
 * What was said inside of a flow, with the names and meanings of Zeek's logs where Zeek has them. Nothing in here is a secret:
 * passwords, tokens and cookies are never kept, only that they crossed the wire readable. Text comes from whoever sent it: it is
 * cut to a length, and may hold any character.
 */
interface LogBase extends Pick<ConnRecord, 'uid' | 'id.orig_h' | 'id.orig_p' | 'id.resp_h' | 'id.resp_p' | 'proto'> {
  /** Seconds since 1970 of the packet that began it: the question, the request, the attempt. */
  readonly ts: number;
}

/** An attempt to log in, in any protocol. What is absent is not known: a login that was encrypted has neither user nor result. */
interface Login {
  readonly user?: string;
  /** What the server answered. Absent: it did not, or nobody without the key can tell. */
  readonly success?: boolean;
  /** A secret that logs in crossed the wire readable. The secret itself is nowhere. */
  readonly cleartext?: boolean;
}

/** A question and its answer; one without the other when that is not in the capture. */
export interface DnsRecord extends LogBase {
  readonly log: 'dns';
  readonly trans_id: number;
  /** Seconds from the question to its answer. */
  readonly rtt?: number;
  readonly query?: string;
  readonly qclass?: number;
  readonly qclass_name?: string;
  readonly qtype?: number;
  readonly qtype_name?: string;
  readonly rcode?: number;
  readonly rcode_name?: string;
  /** Authoritative, truncated, recursion desired, recursion available. */
  readonly AA: boolean;
  readonly TC: boolean;
  readonly RD: boolean;
  readonly RA: boolean;
  readonly Z: number;
  /** Text of each record, as Zeek writes it, and its seconds to live. */
  readonly answers?: readonly string[];
  readonly TTLs?: readonly number[];
  /** The answer held no record of any kind. */
  readonly rejected: boolean;
}

/** A request and its response. `user`, `success` and `cleartext` stand for HTTP's own logins (Authorization: Basic). */
export interface HttpRecord extends LogBase, Login {
  readonly log: 'http';
  /** Counts the requests of a connection from 1. */
  readonly trans_depth: number;
  readonly method?: string;
  readonly host?: string;
  /** As it was asked for, with the values that look like secrets masked. */
  readonly uri?: string;
  readonly referrer?: string;
  /** `1.1` */
  readonly version?: string;
  readonly user_agent?: string;
  readonly request_body_len: number;
  readonly response_body_len: number;
  readonly status_code?: number;
  readonly status_msg?: string;
  /** Media type that the response claims to be. */
  readonly resp_mime_types?: readonly string[];
}

/** TLS and DTLS's elder versions; a certificate is seen up to TLS 1.2, after that it is encrypted. */
export interface SslRecord extends LogBase {
  readonly log: 'ssl';
  /** `TLSv12`, as Zeek writes it. */
  readonly version?: string;
  readonly cipher?: string;
  readonly curve?: string;
  readonly server_name?: string;
  readonly resumed?: boolean;
  /** The last alert that was readable: `handshake_failure`. */
  readonly last_alert?: string;
  /** What ALPN chose, where that is readable (not in TLS 1.3). */
  readonly next_protocol?: string;
  /** Protocols that the client offered. */
  readonly client_alpn?: readonly string[];
  readonly established: boolean;
  /** SHA-256 of each certificate of the server, in hex. */
  readonly cert_chain_fps?: readonly string[];
  /** Of the server's own certificate, as RFC 4514 writes names. */
  readonly subject?: string;
  readonly issuer?: string;
  /** Seconds since 1970. */
  readonly not_valid_before?: number;
  readonly not_valid_after?: number;
  /** It was signed with its own key; false: with another, whose trust nobody asked here. */
  readonly self_signed?: boolean;
  readonly ja3?: string;
  readonly ja3s?: string;
  readonly ja4?: string;
}

/** Whether a login succeeded is encrypted: `auth_success` is a guess from the sizes of packets, as Zeek's is. */
export interface SshRecord extends LogBase, Login {
  readonly log: 'ssh';
  readonly version?: number;
  /** The same as `success`, by Zeek's name. */
  readonly auth_success?: boolean;
  /** Guessed as well. */
  readonly auth_attempts?: number;
  readonly client?: string;
  readonly server?: string;
  readonly cipher_alg?: string;
  readonly mac_alg?: string;
  readonly compression_alg?: string;
  readonly kex_alg?: string;
  readonly host_key_alg?: string;
  readonly hassh?: string;
  readonly hasshServer?: string;
}

/** Each attempt to log in, COM_CHANGE_USER included. */
export interface MysqlRecord extends LogBase, Login {
  readonly log: 'mysql';
  /** `login`, or `change_user` within a connection. */
  readonly cmd: string;
  /** The user, where Zeek writes what was said. */
  readonly arg?: string;
  /** Text of the server's refusal. */
  readonly response?: string;
  /** Number of the server's refusal: 1045 is a wrong password. */
  readonly error_code?: number;
  /** Of the server. */
  readonly version?: string;
  readonly database?: string;
  /** Plugin that the login ended with: `caching_sha2_password`. */
  readonly mechanism?: string;
  /** The connection went on encrypted before the user was named. */
  readonly tls: boolean;
}

/** Logins of protocols that need no more words: each attempt is a record. */
export interface LoginRecord extends LogBase, Login {
  readonly log: 'pgsql' | 'ftp' | 'smtp' | 'pop3' | 'imap' | 'redis' | 'mongodb';
  /** How: `USER`, `PLAIN`, `SCRAM-SHA-256`, `md5`. */
  readonly mechanism?: string;
  readonly database?: string;
  /** What the server answered: `535`, `28P01`, `NO`. */
  readonly code?: string;
  readonly response?: string;
  /** What the server called itself. */
  readonly server?: string;
  /** The connection went on encrypted before anybody logged in: nothing more is known of it. */
  readonly tls: boolean;
}

export type ProtocolRecord = DnsRecord | HttpRecord | SslRecord | SshRecord | MysqlRecord | LoginRecord;

/** The record of a log; the one of logins is that of several. */
export type RecordOf<L extends ProtocolLog, R = ProtocolRecord> = R extends { readonly log: infer K }
  ? L extends K
    ? R
    : never
  : never;

/** The logs, by the name of their file: `dns.log`. */
export type ProtocolLog = ProtocolRecord['log'];

type WithoutFlow<R> = R extends ProtocolRecord ? Omit<R, Exclude<keyof LogBase, 'ts'>> : never;

/** A record before it is known whose flow it is of. */
export type Draft = WithoutFlow<ProtocolRecord>;
