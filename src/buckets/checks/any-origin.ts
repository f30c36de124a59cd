const SCHEMES = ['https://', 'http://'];

/**
 * Whether an origin of CORS means every site: `*`, `https://*`, `http*`. So does `null`, which is what any page gets that
 * puts itself into a sandboxed frame (HTML, 7.1.1).
 */
export function isAnyOrigin(origin: string): boolean {
  const [before = '', after] = origin.split('*');
  return origin === 'null' || (after === '' && SCHEMES.some((scheme) => scheme.startsWith(before)));
}
