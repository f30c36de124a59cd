/** The account identity, encrypted to the recovery key: where the stock age tool starts its walk when the server is gone. */
export function recoveryPath(accountId: string): string {
  return `keys/accounts/${accountId}/recovery.age`;
}

/** The account identity, encrypted to the recovery key of the organisation, where one was chosen at set-up. */
export function organisationPath(accountId: string): string {
  return `keys/accounts/${accountId}/organisation.age`;
}
