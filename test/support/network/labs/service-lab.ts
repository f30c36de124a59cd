/** Runs in namespaces of its own for network and mounts: real servers and their clients, while tcpdump writes it down. */
import { makeCertificate } from '../acts/certificate.ts';
import { actDns } from '../acts/dns-acts.ts';
import { actHttp } from '../acts/http-acts.ts';
import { actMariadb } from '../acts/mariadb-acts.ts';
import { actRedis } from '../acts/redis-acts.ts';
import { actSsh } from '../acts/ssh-acts.ts';
import { actTls } from '../acts/tls-acts.ts';
import { captureWire } from './captured-wire.ts';

const [capture = '', folder = ''] = process.argv.slice(2);
const certificate = makeCertificate(folder);
const wire = await captureWire(capture);
await actSsh(folder);
await actMariadb(folder, certificate);
await actTls(certificate);
await actHttp();
await actRedis();
await actDns();
await wire.close();
