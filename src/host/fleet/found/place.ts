/** Where in findings/ what is wrong on a host stands. */
export const SOURCE = 'host';
export const scopeOf = (hostId: string): string => `host/${hostId}`;
export const placeOfHost = (hostId: string) => ({ source: SOURCE, scope: scopeOf(hostId) });

/** The history of the host tells what a scan saw; a run is of use while it goes on. */
export const RUN_KEPT_MS = 86_400_000;
