import { fileURLToPath } from 'node:url';
import { storageErrors } from './errors.ts';

/** The path a `file:///…` address names. Throws `store_url_invalid` for any other kind of address. */
export function pathOfFileUrl(url: string): string {
  const attempted = 'Open a store by its address';
  const parsed = URL.parse(url);
  if (!parsed) throw storageErrors('store_url_invalid', { attempted, detail: 'it is not a URL' });
  if (parsed.protocol !== 'file:') {
    throw storageErrors('store_url_invalid', { attempted, detail: `${parsed.protocol} where file: is needed` });
  }
  if (parsed.search || parsed.hash) {
    throw storageErrors('store_url_invalid', { attempted, detail: 'a file: address has no ? and no #' });
  }
  try {
    return fileURLToPath(parsed);
  } catch (cause) {
    throw storageErrors('store_url_invalid', { attempted, detail: 'it names no local path', cause });
  }
}
