/** What of a paste is files. Programs for tables and letters put a picture of the text beside the text: the text is meant. */
export function filesPasted({ types, files }: Pick<DataTransfer, 'types' | 'files'>): readonly File[] {
  // A picture from a page comes with HTML alone, a file with its name alone.
  const isText = types.includes('text/plain') && types.includes('text/html');
  return isText ? [] : [...files];
}
