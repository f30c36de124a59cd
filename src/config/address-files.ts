/** Files in which the network analyser looks addresses up; whether they can be read is found out where they are. */
export interface AddressFiles {
  /** Addresses and networks that somebody put on a list. */
  readonly blockLists: readonly string[];
  /** Countries and networks of addresses, in MaxMind's format. */
  readonly addressDatabases: readonly string[];
}

export function addressFilesIn(environment: Readonly<Record<string, string>>): AddressFiles {
  return {
    blockLists: partsOf(environment['HOLDFAST_NETWORK_BLOCKLISTS']),
    addressDatabases: partsOf(environment['HOLDFAST_NETWORK_GEOIP']),
  };
}

/** What stands between commas. */
export function partsOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
