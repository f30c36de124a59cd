/** As the services name their endpoint files. Apart from ./server.ts, which loads the SDK. */
export const s3ServerNames = ['ceph-rgw', 'versitygw'] as const;
export type S3ServerName = (typeof s3ServerNames)[number];
