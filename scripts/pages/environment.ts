/** What each variable that is not a plain number means, for docs/settings.md; a test holds the names to the code. */
interface Variable {
  readonly flag?: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const VARIABLES: Readonly<Record<string, Variable>> = {
  HOLDFAST_DATA: {
    flag: '--data',
    fallback: '`./data`',
    meaning: 'The data folder: everything below lies in it unless named apart. One process at a time may use it.',
  },
  HOLDFAST_HOST: {
    flag: '--host',
    fallback: '`127.0.0.1` and `::1`',
    meaning:
      'Addresses to listen on, separated by commas. Others than loopback need TLS, a trusted proxy, or HOLDFAST_INSECURE_HTTP.',
  },
  HOLDFAST_PORT: { flag: '--port', fallback: '`8080`', meaning: 'The port to listen on; 0 takes any free one.' },
  HOLDFAST_OBJECTS: {
    fallback: '`objects` in the data folder',
    meaning:
      'Where the encrypted objects lie, as a URL: `file:///srv/holdfast/objects`, or `s3://BUCKET/PREFIX?region=eu-central-1` (see [s3.md](s3.md)).',
  },
  HOLDFAST_BACKUP: {
    fallback: '`backup` in the data folder',
    meaning:
      'Where the second copies lie, as a URL of either kind. Put it on another disk: beside the first copy it survives mistakes, not a lost disk.',
  },
  HOLDFAST_RECORDS: {
    fallback: '`records.sqlite` in the data folder',
    meaning:
      'The database of accounts, folders and versions, as a URL: `file:///srv/holdfast/records.sqlite`, or `dynamodb://TABLE?region=eu-central-1` (and `&endpoint=`, `&profile=`) with credentials, and what is left out, from where AWS tools look (`AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL`, the role of the machine). A new workspace makes its table itself. Several servers may share one.',
  },
  HOLDFAST_RECORDS_BACKUPS: {
    fallback: '`records-backups` in the data folder',
    meaning:
      'Where the daily backups of the records lie, as a URL. Best on another disk. Records in DynamoDB have point-in-time recovery in their place.',
  },
  HOLDFAST_FLOWS: {
    fallback: '`flows` in the data folder',
    meaning:
      'Where what crossed the wire is kept, as a URL: `sqlite:///srv/holdfast/flows` is a folder of files; `mongodb://USER@HOST/DATABASE` or `mongodb+srv://…` is MongoDB (4.4 or newer; `?tls=true` and what else its driver takes). See [network.md](network.md#where-flows-are-kept).',
  },
  HOLDFAST_FLOWS_PASSWORD_FILE: {
    fallback: 'none',
    meaning: 'A file that holds the password of the user in `HOLDFAST_FLOWS`.',
  },
  HOLDFAST_PUBSUB: {
    fallback: 'within this server',
    meaning:
      'Where the servers of a workspace tell each other what is new, as a URL: `redis://localhost:6379`, `rediss://USER@redis.example.org` for TLS; Redis or Valkey. For several servers that share their records. While it is away, what other servers do is seen late, and nothing is lost.',
  },
  HOLDFAST_PUBSUB_PASSWORD_FILE: {
    fallback: 'none',
    meaning: 'A file that holds the password of Redis.',
  },
  HOLDFAST_WORKSPACE_KEY: {
    fallback: '`secrets/workspace.key` in the data folder',
    meaning:
      'The file of the workspace key, or `kms:` and the ARN, alias or id of a key in AWS KMS that wraps it (see [keys.md](keys.md)). Keep the file away from the database and its backups: passwords can be guessed by whoever has both.',
  },
  HOLDFAST_SUITE: {
    fallback: '`pq`',
    meaning:
      '`pq` or `classic`: what drives made from now on are encrypted with. `classic` (X25519 alone) is for those whose stock `age` tool is older than 1.3; drives that are there keep their suite.',
  },
  HOLDFAST_SIGN_UP: {
    fallback: 'what `holdfast admin settings` says; `open` in a new workspace',
    meaning:
      '`open`, `invite` or `closed`: who may sign up. Set here it cannot be changed from within. `open` means programs on the same machine, as long as there is no public URL; everybody else needs an invitation.',
  },
  HOLDFAST_PUBLIC_URL: {
    fallback: 'none',
    meaning:
      'Where people reach this server, such as `https://files.example.org`. Its host is answered, others are not.',
  },
  HOLDFAST_TRUSTED_PROXIES: {
    fallback: 'none',
    meaning: 'Addresses or ranges (`10.0.0.0/8`) of the proxies in front; only their `X-Forwarded-*` headers count.',
  },
  HOLDFAST_WEBHOOK_NETWORKS: {
    fallback: 'none',
    meaning:
      'Addresses or ranges (`10.1.2.0/24`) that webhooks may reach although they are not public, also without TLS. Keep it as small as can be: whoever sets up a webhook can make the server knock there.',
  },
  HOLDFAST_BUCKETS: {
    fallback: 'none',
    meaning:
      'Whose buckets admins may have looked at in the web app, beside those of the workspace, separated by commas: `aws` (the account of the server’s own credentials), ARNs of roles that it may assume, and addresses of stores that speak S3, such as `https://s3.example.org`. See [buckets.md](buckets.md).',
  },
  HOLDFAST_GUARD_QUEUE: {
    fallback: 'none',
    meaning:
      'URL of the queue by which the guard in an AWS account tells this workspace (`WorkspaceQueue` among the outputs of its stack). See [guard.md](guard.md).',
  },
  HOLDFAST_TLS: {
    fallback: 'the files below, or none',
    meaning:
      '`acme`: the server gets its certificate from a certificate authority and renews it. `self-made`: the server makes its certificate itself and shows the fingerprint at its start, for a machine without a domain. See [tls.md](tls.md).',
  },
  HOLDFAST_ACME_NAMES: {
    fallback: 'the host of HOLDFAST_PUBLIC_URL',
    meaning: 'With `HOLDFAST_TLS=acme`: domain names and IP addresses of the certificate, separated by commas.',
  },
  HOLDFAST_ACME_EMAIL: {
    fallback: 'none',
    meaning: 'E-mail address that the certificate authority is told.',
  },
  HOLDFAST_ACME_CHALLENGE: {
    fallback: '`tls-alpn-01`',
    meaning:
      'How the certificate authority sees that a name is ours: `tls-alpn-01` on port 443, or `http-01` on port 80, which has to lead to HOLDFAST_REDIRECT_PORT.',
  },
  HOLDFAST_ACME_DIRECTORY: {
    fallback: 'that of Let’s Encrypt',
    meaning:
      'Address of the certificate authority (RFC 8555). Whoever sets `HOLDFAST_TLS=acme` agrees to the terms of service of this authority.',
  },
  HOLDFAST_ACME_CA: {
    fallback: 'the usual authorities',
    meaning: 'A PEM file of certificates to trust when asking an authority of one’s own.',
  },
  HOLDFAST_ACME_EAB_KEY_ID: {
    fallback: 'none',
    meaning:
      'For an authority that serves its customers alone (external account binding): the name of the key that it gave, as it shows it. Needs the file too.',
  },
  HOLDFAST_ACME_EAB_KEY_FILE: {
    fallback: 'none',
    meaning: 'A file with that key in base64url, as the authority shows it; readable by the user of the server alone.',
  },
  HOLDFAST_NETWORK_BLOCKLISTS: {
    fallback: 'none',
    meaning:
      'Files with addresses and networks, one on each line, separated by commas: flows with one of them raise an alert. None is shipped, and none is fetched. A server that cannot read one refuses every capture that is uploaded (`network_list_unreadable`), since its alerts would be missing.',
  },
  HOLDFAST_NETWORK_GEOIP: {
    fallback: 'none',
    meaning:
      'Files in the format of MaxMind (`.mmdb`) for countries and networks (AS), separated by commas: alerts name them. None is shipped. A server that cannot read one refuses every capture that is uploaded.',
  },
  HOLDFAST_NETWORK_NEVER_BLOCK: {
    fallback: 'none',
    meaning: 'Addresses and networks (`192.0.2.0/24`), separated by commas, that `network block` refuses to block.',
  },
  HOLDFAST_TLS_CERT: { flag: '--tls-cert', fallback: 'none', meaning: 'Certificate chain in PEM; needs the key too.' },
  HOLDFAST_TLS_KEY: { flag: '--tls-key', fallback: 'none', meaning: 'Private key of the certificate, in PEM.' },
  HOLDFAST_REDIRECT_PORT: {
    fallback: 'none',
    meaning:
      'Port in clear, usually 80, that sends browsers to the server with TLS and answers nothing else; `any` takes any free one. See [tls.md](tls.md).',
  },
  HOLDFAST_INSECURE_HTTP: {
    flag: '--insecure-http',
    fallback: '`0`',
    meaning: '`1` serves other computers without encryption on the way. For a lab only.',
  },
  HOLDFAST_ADOPT_STORE: {
    flag: '--adopt-store',
    fallback: 'none',
    meaning:
      '`primary` or `backup`: begins this store anew when its disk is lost for good; everything is copied into it again from the other one. For one start: take it out afterwards.',
  },
  HOLDFAST_CHAT_LINE_PORT: {
    fallback: '`3040`',
    meaning:
      'Port of the [line protocol](chat-line.md) of the chat. `0`: none; `any`: any free port. When nobody set it and it is taken, the server starts without.',
  },
  HOLDFAST_CHAT_LINE_HOST: {
    fallback: '`127.0.0.1` and `::1`',
    meaning:
      'Addresses of it, separated by commas. Off loopback it is spoken over TLS, with the certificate above, or in clear by visitors alone.',
  },
  HOLDFAST_CHAT_LINE_VISITORS: {
    fallback: '`loopback`',
    meaning:
      'From where people without an account may speak on it: `nobody`, `loopback` or `anywhere`. `anywhere` without TLS lets them and nobody else speak in clear.',
  },
  HOLDFAST_CHAT_LINE_ROOM: {
    fallback: '`#general`',
    meaning: 'The public room that it speaks into; everybody in that room hears what visitors say.',
  },
  HOLDFAST_METRICS_TOKEN_FILE: {
    fallback: 'none',
    meaning:
      'A file that holds a token, at least 16 characters: whoever brings it may read `/metrics` from another machine. See [metrics.md](metrics.md).',
  },
  HOLDFAST_LOG_LEVEL: {
    fallback: 'chosen by where the output goes',
    meaning: '`debug`, `info`, `warn`, `error` or `silent`; the log is one JSON object per line.',
  },
};

export const CLIENT_VARIABLES: Readonly<Record<string, string>> = {
  HOLDFAST_URL: 'The server that commands talk to, in place of the one of the last login. For scripts.',
  XDG_CONFIG_HOME: 'Commands keep their login session in `holdfast/` below it (default `~/.config`).',
  NO_COLOR: 'Set to anything: no colours, as [no-color.org](https://no-color.org) asks.',
};
