/** What secrets look like, by name and by the first bytes. Values are never shown: the kind and the key are enough. */

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)\.env(\.[a-z]+)?$/i, 'Environment file'],
  [/(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i, 'Private key'],
  [/\.(pem|key|p12|pfx|jks|keystore|ppk)$/i, 'Key file'],
  [/\.(kdbx|agilekeychain|opvault)$/i, 'Password safe'],
  [/(^|\/)\.aws\/credentials$|(^|\/)credentials(\.csv)?$/i, 'Credentials'],
  [/(^|\/)\.git\/(config|HEAD|index)$/, 'Repository'],
  [/(^|\/)\.(htpasswd|netrc|npmrc|pypirc|pgpass|docker\/config\.json)$/i, 'Passwords of programs'],
  [/(^|\/)wp-config\.php/i, 'Configuration with a database password'],
  [/\.tfstate(\.backup)?$/i, 'Terraform state'],
  [/(dump|backup|database|db)[^/]*\.(sql|sql\.gz|zip|tar|tar\.gz|tgz|bak|dump)$/i, 'Backup'],
  [/\.(sql|sql\.gz|bak|mdb|sqlite3?)$/i, 'Database'],
];

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, 'Private key'],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/, 'AWS access key'],
  [/\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/, 'age identity'],
  [/\bgh[pousr]_[A-Za-z0-9]{30,}\b/, 'GitHub token'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, 'Slack token'],
  [/\bsk_live_[A-Za-z0-9]{20,}/, 'Stripe key'],
  [/\bAIza[A-Za-z0-9_-]{35}\b/, 'Google API key'],
  [/\b(mysql|postgres(ql)?|mongodb(\+srv)?|redis|amqp):\/\/[^\s:@/]+:[^\s@/]+@/i, 'Address with a password'],
  [
    /^\s*["']?(db_?password|secret_?access_?key|api_?secret|client_?secret)["']?\s*[:=]\s*["']?[^\s"']{8,}/im,
    'Password',
  ],
];

/** The kind of secret that a key stands for; `null`: none. */
export function secretInName(key: string): string | null {
  return NAMES.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}

/** The kind of secret that a text holds; `null`: none. */
export function secretInText(text: string): string | null {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
