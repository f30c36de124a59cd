import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { HoldfastError } from '../base/errors.ts';
import { readConfig, type ServeFlags } from './config.ts';
import { readEnvironment, type Environment } from './env.ts';

function mistakesOf(flags: ServeFlags, environment: Environment = {}): string[] {
  try {
    readConfig(flags, environment);
  } catch (error) {
    assert.ok(error instanceof HoldfastError && error.code === 'config_invalid', String(error));
    return error.extra['mistakes'] as string[];
  }
  return [];
}

test('without any setting everything lies in ./data and is served on loopback', () => {
  const config = readConfig({}, {});
  assert.equal(config.dataFolder, resolve('data'));
  assert.deepEqual(config.objects, { kind: 'folder', folder: resolve('data/objects') });
  assert.deepEqual(config.backup, { kind: 'folder', folder: resolve('data/backup') });
  assert.deepEqual(config.records, { kind: 'sqlite', file: resolve('data/records.sqlite') });
  assert.deepEqual(config.workspaceKey, { kind: 'file', file: resolve('data/secrets/workspace.key') });
  assert.equal(config.hosts, null);
  assert.equal(config.port, 8080);
  assert.equal(config.tls, null);
  assert.equal(config.trustedProxies.includes('127.0.0.1'), false);
});

test('a flag wins over the environment, and the environment over the default', () => {
  const environment = { HOLDFAST_DATA: '/srv/one', HOLDFAST_PORT: '9000', HOLDFAST_HOST: '127.0.0.2' };
  const config = readConfig({ data: '/srv/two', port: 9001 }, environment);
  assert.equal(config.dataFolder, resolve('/srv/two'));
  assert.equal(config.port, 9001);
  assert.deepEqual(config.hosts, ['127.0.0.2']);
});

test('stores are named by file URLs', () => {
  const config = readConfig({}, { HOLDFAST_OBJECTS: 'file:///mnt/a%20disk/objects', HOLDFAST_BACKUP: 'file:///mnt/b' });
  assert.deepEqual(config.objects, { kind: 'folder', folder: '/mnt/a disk/objects' });
  assert.deepEqual(config.backup, { kind: 'folder', folder: '/mnt/b' });
});

test('a store that this build cannot open is told with the kinds that it can, and without its secrets', () => {
  const [mistake = ''] = mistakesOf({}, { HOLDFAST_OBJECTS: 'gs://key:secret@bucket/prefix?token=secret' });
  assert.match(mistake, /HOLDFAST_OBJECTS.*in S3 \(s3:\/\/BUCKET\) \(file:\/\/\/path\); gs: URLs are not supported/);
  assert.doesNotMatch(mistake, /secret/);
  assert.match(mistakesOf({}, { HOLDFAST_RECORDS: 'mysql://table' })[0] ?? '', /SQLite file or in DynamoDB/);
});

test('objects lie in a folder or in a bucket, whose URL says what the store is like and holds no secret', () => {
  const of = (url: string, environment = {}) => readConfig({}, { HOLDFAST_OBJECTS: url, ...environment }).objects;
  const plain = {
    kind: 's3',
    bucket: 'acme.files-1',
    prefix: '',
    endpoint: null,
    region: null,
    vendor: null,
    pathStyle: null,
    encryption: null,
    kmsKeyId: null,
  };
  assert.deepEqual(of('s3://acme.files-1'), plain);
  assert.deepEqual(of('s3://acme.files-1/'), plain);
  assert.deepEqual(
    of('s3://acme.files-1/a/b_c/?region=eu-central-1&endpoint=https://s3.example.net:9000/&style=host'),
    {
      ...plain,
      prefix: 'a/b_c/',
      region: 'eu-central-1',
      endpoint: 'https://s3.example.net:9000',
      pathStyle: false,
    },
  );
  const kms = of('s3://acme.files-1?vendor=ceph&encryption=aws:kms&kmsKey=alias/holdfast');
  assert.deepEqual(kms, { ...plain, vendor: 'ceph', encryption: 'aws:kms', kmsKeyId: 'alias/holdfast' });
  assert.deepEqual(of('s3://acme.files-1?profile=copies.2'), { ...plain, profile: 'copies.2' });
  const named = { AWS_ENDPOINT_URL: 'http://localhost:9000' };
  assert.deepEqual(of('s3://acme.files-1', named), { ...plain, endpoint: 'http://localhost:9000' });
  assert.deepEqual(of('s3://acme.files-1', { ...named, AWS_ENDPOINT_URL_S3: 'http://localhost:9001' }), {
    ...plain,
    endpoint: 'http://localhost:9001',
  });
  for (const bad of [
    's3://',
    's3:bucket',
    's3://ab',
    's3://Bucket_Of_Mine',
    's3://bucket/a//b',
    's3://bucket/../b%2f',
    's3://bucket/.hidden',
    's3://bucket/a/b/c/d/e',
    's3://bucket?token=hush',
    's3://bucket?endpoint=ftp://x',
    's3://bucket?endpoint=https://key:hush@host',
    's3://bucket?endpoint=https://host/path',
    's3://bucket?region=No where',
    's3://bucket?vendor=acme',
    's3://bucket?style=vhost',
    's3://bucket?encryption=rot13',
    's3://bucket?kmsKey=x',
    's3://bucket?profile=two names',
    's3://key:hush@bucket',
    's3://bucket#x',
  ]) {
    const [mistake = ''] = mistakesOf({}, { HOLDFAST_OBJECTS: bad });
    assert.match(mistake, /HOLDFAST_OBJECTS/, bad);
    assert.doesNotMatch(mistake, /hush/, bad);
  }
});

test('buckets and prefixes that would hold one another are refused', () => {
  const both = (objects: string, backup: string) =>
    mistakesOf({}, { HOLDFAST_OBJECTS: objects, HOLDFAST_BACKUP: backup });
  assert.match(both('s3://one/a', 's3://one/a/b')[0] ?? '', /overlap/);
  assert.match(both('s3://one', 's3://one/a')[0] ?? '', /overlap/);
  assert.match(both('s3://one', 's3://one?vendor=other')[0] ?? '', /overlap/);
  assert.deepEqual(both('s3://one/a', 's3://one/ab'), []);
  assert.deepEqual(both('s3://one', 's3://one?endpoint=https://other.example.net'), []);
});

test('records lie in a file or in a table of DynamoDB, whose URL takes a region, an endpoint and a profile, and no secret', () => {
  const of = (url: string) => readConfig({}, { HOLDFAST_RECORDS: url }).records;
  assert.deepEqual(of('file:///srv/r.sqlite'), { kind: 'sqlite', file: '/srv/r.sqlite' });
  assert.deepEqual(of('dynamodb://Team_Records.1'), { kind: 'dynamodb', table: 'Team_Records.1' });
  assert.deepEqual(of('dynamodb://team?region=eu-central-1&endpoint=http%3A%2F%2Flocalhost%3A8000'), {
    kind: 'dynamodb',
    table: 'team',
    region: 'eu-central-1',
    endpoint: 'http://localhost:8000',
  });
  const place = { kind: 'dynamodb', table: 'team', endpoint: 'http://localhost:8000', profile: 'records' };
  assert.deepEqual(of('dynamodb://team/?endpoint=http://localhost:8000&profile=records'), place);
  for (const bad of [
    'dynamodb://',
    'dynamodb:team',
    'dynamodb://ab',
    'dynamodb://team/other',
    'dynamodb://team:8000',
    'dynamodb://team?table=x',
    'dynamodb://team?profile=a/b',
    'dynamodb://team?secret=hush',
    'dynamodb://team?region=Nowhere!',
    'dynamodb://team?endpoint=ftp://x',
    'dynamodb://team?endpoint=https://key:hush@host',
    'dynamodb://key:hush@team',
    'dynamodb://team#x',
  ]) {
    const [mistake = ''] = mistakesOf({}, { HOLDFAST_RECORDS: bad });
    assert.match(mistake, /HOLDFAST_RECORDS/, bad);
    assert.doesNotMatch(mistake, /hush/, bad);
  }
});

test('all mistakes are told together', () => {
  const mistakes = mistakesOf(
    { port: 'eighty', tlsCert: 'cert.pem' },
    {
      HOLDFAST_BACKUP: 'ftp://x',
      HOLDFAST_TRUSTED_PROXIES: '10.0.0.0/99, proxy',
      HOLDFAST_WEBHOOK_NETWORKS: 'intranet.example',
      HOLDFAST_PUBLIC_URL: 'https://example.org/path',
      HOLDFAST_LOG_LEVEL: 'loud',
      HOLDFAST_INSECURE_HTTP: 'perhaps',
      HOLDFAST_MAX_CONNECTIONS: '1',
      HOLDFAST_PROT: '8080',
    },
  );
  assert.equal(mistakes.length, 11, mistakes.join('\n'));
});

test('a misspelt name is a mistake, with the name that was meant', () => {
  assert.match(mistakesOf({}, { HOLDFAST_OBJECT: 'file:///x' })[0] ?? '', /did you mean HOLDFAST_OBJECTS/);
  assert.deepEqual(mistakesOf({}, { HOLDFAST_URL: 'http://localhost:8080' }), []);
});

test('numeric settings are read in their ranges and nowhere else', () => {
  const name = 'HOLDFAST_TRANSFER_STALL_TIMEOUT_MS';
  assert.equal(readConfig({}, { [name]: '5000' }).settings.server.transferStallTimeoutMs, 5000);
  for (const bad of ['0', '-1', '1e4', '5000.5', '0x1388', '5 s', '99999999999999999999', 'Infinity', ' 5000']) {
    assert.match(mistakesOf({}, { [name]: bad })[0] ?? '', /TRANSFER_STALL_TIMEOUT_MS.*from 1000 to 3600000/, bad);
  }
});

test('off loopback without TLS or a trusted proxy is refused, with the ways out', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'files.example.org', '127.0.0.1,10.0.0.1']) {
    assert.match(mistakesOf({ host })[0] ?? '', /--tls-cert.*HOLDFAST_TRUSTED_PROXIES.*--insecure-http/, host);
  }
  assert.deepEqual(mistakesOf({ host: '0.0.0.0', insecureHttp: true }), []);
  assert.deepEqual(mistakesOf({ host: '0.0.0.0', tlsCert: 'c', tlsKey: 'k' }), []);
  assert.deepEqual(mistakesOf({ host: '0.0.0.0' }, { HOLDFAST_TRUSTED_PROXIES: '10.0.0.5' }), []);
  for (const host of ['localhost', '127.0.0.1', '::1', '[::1]', '127.0.0.2'])
    assert.deepEqual(mistakesOf({ host }), []);
});

test('folders that would hold one another are refused', () => {
  const both = (objects: string, backup: string): string[] =>
    mistakesOf({ data: '/srv/h' }, { HOLDFAST_OBJECTS: `file://${objects}`, HOLDFAST_BACKUP: `file://${backup}` });
  assert.match(both('/mnt/a', '/mnt/a')[0] ?? '', /overlap/);
  assert.match(both('/mnt/a', '/mnt/a/b')[0] ?? '', /overlap/);
  assert.match(both('/mnt/a/b', '/mnt/a')[0] ?? '', /overlap/);
  assert.match(both('/srv', '/mnt/b')[0] ?? '', /must not hold the data folder/);
  assert.deepEqual(both('/mnt/a', '/mnt/ab'), []);
  assert.deepEqual(both('/mnt/..a', '/mnt/b'), []);
});

test('readEnvironment() takes HOLDFAST_ names alone, and an empty one is not set', () => {
  const found = readEnvironment({ HOLDFAST_PORT: '1', HOLDFAST_HOST: '', PATH: '/bin', holdfast_data: 'x' });
  assert.deepEqual(found, { HOLDFAST_PORT: '1' });
});

test('relative paths start from the working folder', () => {
  const config = readConfig({ data: 'here', tlsCert: 'c.pem', tlsKey: 'k.pem' }, { HOLDFAST_WORKSPACE_KEY: 'w.key' });
  assert.equal(config.dataFolder, join(process.cwd(), 'here'));
  assert.deepEqual(config.tls, { kind: 'files', certFile: resolve('c.pem'), keyFile: resolve('k.pem') });
  assert.deepEqual(config.workspaceKey, { kind: 'file', file: resolve('w.key') });
});

test('the chat line is on by default, on loopback, and its port says what happens when it is taken', () => {
  const line = (environment: Environment = {}) => readConfig({}, environment).chatLine;
  assert.deepEqual(line(), { hosts: null, port: 3040, isDefault: true, visitors: 'loopback', room: null });
  assert.equal(line({ HOLDFAST_CHAT_LINE_PORT: '3040' })?.isDefault, false);
  assert.equal(line({ HOLDFAST_CHAT_LINE_PORT: 'any' })?.port, 0);
  assert.equal(line({ HOLDFAST_CHAT_LINE_PORT: '0' }), null);
  // Where the web is served is another matter.
  assert.equal(readConfig({ host: '0.0.0.0', insecureHttp: true }, {}).chatLine?.hosts, null);
  for (const bad of ['65536', '-1', 'all', '3040.5']) {
    assert.match(mistakesOf({}, { HOLDFAST_CHAT_LINE_PORT: bad })[0] ?? '', /HOLDFAST_CHAT_LINE_PORT.*0 \(off\)/, bad);
  }
  assert.match(mistakesOf({}, { HOLDFAST_CHAT_LINE_VISITORS: 'all' })[0] ?? '', /nobody, loopback, anywhere/);
  assert.match(mistakesOf({}, { HOLDFAST_CHAT_LINE_HOST: 'a b' })[0] ?? '', /HOLDFAST_CHAT_LINE_HOST: “a b”/);
});

test('off loopback the chat line wants TLS, or visitors alone', () => {
  const environment = { HOLDFAST_CHAT_LINE_HOST: '127.0.0.1,10.0.0.1' };
  assert.match(
    mistakesOf({}, environment)[0] ?? '',
    /on 10\.0\.0\.1 .*--tls-cert.*HOLDFAST_CHAT_LINE_VISITORS=anywhere/,
  );
  assert.deepEqual(mistakesOf({ tlsCert: 'c', tlsKey: 'k' }, environment), []);
  assert.deepEqual(mistakesOf({}, { ...environment, HOLDFAST_CHAT_LINE_VISITORS: 'anywhere' }), []);
  assert.match(mistakesOf({}, { ...environment, HOLDFAST_CHAT_LINE_VISITORS: 'nobody' })[0] ?? '', /10\.0\.0\.1/);
});

test('servers hear of each other by Redis, whose URL holds no password', () => {
  const of = (url: string) => readConfig({}, { HOLDFAST_PUBSUB: url }).pubSub;
  assert.deepEqual(readConfig({}, {}).pubSub, { kind: 'process' });
  const plain = { kind: 'redis', host: 'localhost', port: 6379, tls: false, database: 0, username: null };
  assert.deepEqual(of('redis://localhost'), plain);
  assert.deepEqual(of('redis://localhost/'), plain);
  assert.deepEqual(of('redis://[::1]:7000/3'), { ...plain, host: '::1', port: 7000, database: 3 });
  assert.deepEqual(of('rediss://team%40x@redis.example.org'), {
    ...plain,
    host: 'redis.example.org',
    tls: true,
    username: 'team@x',
  });
  for (const bad of [
    'redis:',
    'redis://',
    'http://localhost',
    'localhost:6379',
    'redis://localhost/16',
    'redis://localhost/a',
    'redis://localhost/1/2',
    'redis://localhost?db=hush',
    'redis://localhost#x',
    'redis://user:hush@localhost',
    'redis://:hush@localhost',
  ]) {
    const [mistake = ''] = mistakesOf({}, { HOLDFAST_PUBSUB: bad });
    assert.match(mistake, /HOLDFAST_PUBSUB/, bad);
    assert.doesNotMatch(mistake, /hush/, bad);
  }
});

test('places whose buckets are looked at are accounts, roles and stores, and whatever else is a mistake', () => {
  const role = 'arn:aws:iam::123456789012:role/audit';
  const { bucketPlaces } = readConfig({}, { HOLDFAST_BUCKETS: `aws, ${role},https://s3.example.org` });
  assert.deepEqual(bucketPlaces.places, [
    { endpoint: null, role: null },
    { endpoint: null, role },
    { endpoint: 'https://s3.example.org', role: null },
  ]);
  assert.deepEqual(readConfig({}, {}).bucketPlaces.places, []);
  for (const bad of ['s3', 'arn:aws:iam::1:role/x', 'https://user:secret@s3.example.org', 'https://s3.example.org/x']) {
    assert.match(String(mistakesOf({}, { HOLDFAST_BUCKETS: bad })), /HOLDFAST_BUCKETS/, bad);
  }
});

test('the queue of a guard is a queue of Amazon SQS, in clear only where something stands in for AWS', () => {
  const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/holdfast-guard-WorkspaceQueue-1A2B';
  assert.deepEqual(readConfig({}, { HOLDFAST_GUARD_QUEUE: url }).guardQueue, { url, endpoint: null });
  assert.equal(readConfig({}, {}).guardQueue, null);
  const local = {
    HOLDFAST_GUARD_QUEUE: 'http://127.0.0.1:5000/123456789012/q',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
  };
  assert.equal(readConfig({}, local).guardQueue?.endpoint, local.AWS_ENDPOINT_URL);
  for (const bad of [
    'holdfast-guard',
    'http://sqs.eu-central-1.amazonaws.com/123456789012/q',
    'https://a:b@c/123456789012/q',
    'https://:b@c/123456789012/q',
    'https://c/123456789012/q#b',
    `${url}/x`,
  ]) {
    assert.match(String(mistakesOf({}, { HOLDFAST_GUARD_QUEUE: bad })), /HOLDFAST_GUARD_QUEUE/, bad);
  }
});

test('a certificate comes from files or is made, and not both; the redirect needs one of them', () => {
  assert.deepEqual(readConfig({}, { HOLDFAST_TLS: 'self-made' }).tls, { kind: 'self-made' });
  const files = { HOLDFAST_TLS_CERT: 'c', HOLDFAST_TLS_KEY: 'k' };
  assert.match(mistakesOf({}, { ...files, HOLDFAST_TLS: 'self-made' }).join(), /exclude each other/);
  assert.match(mistakesOf({}, { HOLDFAST_TLS: 'magic' }).join(), /HOLDFAST_TLS is “magic”/);
  assert.match(mistakesOf({}, { HOLDFAST_REDIRECT_PORT: '80' }).join(), /has none/);
  assert.match(mistakesOf({}, { ...files, HOLDFAST_REDIRECT_PORT: '0' }).join(), /1 to 65535/);
  assert.equal(readConfig({}, { ...files, HOLDFAST_REDIRECT_PORT: 'any' }).redirectPort, 0);
});

test('a certificate authority is asked for the public name or address, and nonsense is refused with the ways out', () => {
  const acme = (environment: Record<string, string>) => mistakesOf({}, { HOLDFAST_TLS: 'acme', ...environment }).join();
  const place = readConfig({}, { HOLDFAST_TLS: 'acme', HOLDFAST_PUBLIC_URL: 'https://[2001:db8::1]' }).tls;
  assert.deepEqual(place?.kind === 'acme' && [place.names, place.challenge], [['2001:db8::1'], 'tls-alpn-01']);
  const named = { HOLDFAST_ACME_NAMES: 'a.example.org, B.example.org,192.0.2.1' };
  assert.equal(acme(named), '');
  assert.match(acme({}), /HOLDFAST_PUBLIC_URL.*HOLDFAST_ACME_NAMES/);
  for (const HOLDFAST_ACME_NAMES of ['localhost', '*.example.org', 'a..org', 'ü.example', '192.0.2.999']) {
    assert.match(acme({ HOLDFAST_ACME_NAMES }), /neither a public name nor an IP address/, HOLDFAST_ACME_NAMES);
  }
  assert.match(acme({ ...named, HOLDFAST_ACME_DIRECTORY: 'http://ca.example/dir' }), /https URL/);
  assert.match(acme({ ...named, HOLDFAST_ACME_EMAIL: 'a@b?cc=d' }), /one e-mail address/);
  assert.match(acme({ ...named, HOLDFAST_ACME_CHALLENGE: 'dns-01' }), /tls-alpn-01, http-01/);
  assert.match(acme({ ...named, HOLDFAST_ACME_CHALLENGE: 'http-01' }), /HOLDFAST_REDIRECT_PORT/);
  assert.match(acme({ ...named, HOLDFAST_ACME_EAB_KEY_ID: 'a b', HOLDFAST_ACME_EAB_KEY_FILE: 'k' }), /name of the key/);
  assert.match(acme({ ...named, HOLDFAST_ACME_EAB_KEY_ID: 'kid' }), /belong together/);
});

test('sockets of systemd are told apart by name, and nonsense is refused', () => {
  const sockets = { LISTEN_FDS: '3', LISTEN_FDNAMES: 'https:redirect:holdfast.socket' };
  assert.deepEqual(readConfig({}, sockets).openedSockets, { server: [3, 5], redirect: [4] });
  assert.equal(readConfig({}, { LISTEN_FDS: '0' }).openedSockets, null);
  assert.match(mistakesOf({}, { LISTEN_FDS: '1', LISTEN_FDNAMES: 'redirect' }).join(), /for the redirect alone/);
  for (const LISTEN_FDS of ['-1', 'x', '999']) assert.match(mistakesOf({}, { LISTEN_FDS }).join(), /LISTEN_FDS is/);
});

test('the workspace key lies in a file or in KMS, named as AWS names keys', () => {
  const place = (HOLDFAST_WORKSPACE_KEY: string) => readConfig({}, { HOLDFAST_WORKSPACE_KEY }).workspaceKey;
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/0b3e6a2c-1111-2222-3333-444455556666';
  assert.deepEqual(place(`kms:${arn}`), { kind: 'kms', keyId: arn, region: 'eu-central-1' });
  assert.deepEqual(place('kms:alias/holdfast'), { kind: 'kms', keyId: 'alias/holdfast', region: null });
  for (const wrong of ['kms:', 'kms:holdfast', 'kms:arn:aws:s3:::bucket', 'kms:alias/a b']) {
    assert.match(mistakesOf({}, { HOLDFAST_WORKSPACE_KEY: wrong }).join(), /behind “kms:”/, wrong);
  }
});

test('flows lie in a folder, or in MongoDB under a user whose password lies in a file', () => {
  const flowsOf = (url: string, file?: string) =>
    readConfig({}, { HOLDFAST_FLOWS: url, ...(file === undefined ? {} : { HOLDFAST_FLOWS_PASSWORD_FILE: file }) })
      .flows;
  assert.deepEqual(readConfig({}, {}).flows, { kind: 'sqlite', folder: resolve('data/flows') });
  assert.deepEqual(flowsOf('sqlite:///srv/flows'), { kind: 'sqlite', folder: '/srv/flows' });
  assert.deepEqual(flowsOf('mongodb+srv://ada%40soc@cluster.example.org/wire?authSource=admin', '/srv/password'), {
    ...{ kind: 'mongodb', url: 'mongodb+srv://cluster.example.org/wire?authSource=admin' },
    ...{ hosts: 'cluster.example.org', user: 'ada@soc', passwordFile: '/srv/password', database: 'wire' },
  });
  assert.deepEqual(flowsOf('mongodb://db1:27017,[2001:db8::1]:27018,10.0.0.1?tls=true'), {
    ...{ kind: 'mongodb', url: 'mongodb://db1:27017,[2001:db8::1]:27018,10.0.0.1/?tls=true' },
    ...{ hosts: 'db1:27017,[2001:db8::1]:27018,10.0.0.1', user: null, passwordFile: null, database: 'holdfast' },
  });
});

test('a URL of MongoDB that cannot be used is told, and nothing of it is shown', () => {
  for (const url of [
    'mongodb://ada:hunter2@db1/holdfast',
    'mongodb://ada:hun/hunter2@db1/holdfast',
    'mongodb://ada:hunter2?@db1',
    'mongodb://ada:@db1/hunter2',
    'mongodb://ada@hunter2@db1/',
    'mongodb://ada%zz@db1/?tlsCertificateKeyFilePassword=hunter2',
    'mongodb://db1:hunter2/',
    'mongodb://db1/hunter2/x',
    'mongodb://db1/$hunter2',
    'mongodb://db1/?a=hunter2#x',
    'mongodb://',
    'mongodb:db1',
    'mongodb+srv+hunter2://db1',
    'MongoDB://ada:hunter2/x@db1',
  ]) {
    const mistakes = mistakesOf({}, { HOLDFAST_FLOWS: url });
    assert.equal(mistakes.length, 1, url);
    assert.match(mistakes[0] ?? '', /^HOLDFAST_FLOWS/);
    assert.doesNotMatch(mistakes[0] ?? '', /hunter2/, url);
  }
  const [nobody] = mistakesOf({}, { HOLDFAST_FLOWS: 'mongodb://db1/', HOLDFAST_FLOWS_PASSWORD_FILE: '/srv/password' });
  assert.match(nobody ?? '', /names no user/);
});
