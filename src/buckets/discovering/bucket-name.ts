/** Which names a bucket can have, and which of them anybody could take. */

/** S3's rules for general purpose buckets (userguide, bucketnamingrules), of those that can be seen in a name. */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^(?:\d{1,3}\.){3}\d{1,3}$/.test(name) &&
    !/^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  );
}

/** Of the namespace of one account, which nobody else can make a bucket in: `…-ACCOUNT-REGION-an`. */
export function isReserved(name: string): boolean {
  return /-\d{12}-[a-z]{2}(?:-[a-z]+)+-\d-an$/.test(name);
}
