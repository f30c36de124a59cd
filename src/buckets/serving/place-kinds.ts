/** `own`: a bucket that the workspace keeps its files in. `account`: of AWS. `store`: whatever else speaks S3. */
export const placeKinds = ['own', 'account', 'store'] as const;
export type PlaceKind = (typeof placeKinds)[number];
