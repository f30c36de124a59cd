/** What a file is called, by its media type; a type that has no plain name here is shown as it is. */
export function kindWords(mediaType: string): string {
  const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const known = kinds.get(type);
  if (known !== undefined) return known;
  const [family = '', form = ''] = type.split('/');
  const what = families.get(family);
  return what === undefined || form === '' ? mediaType : `${what} (${formWords(form)})`;
}

const kinds = new Map([
  ['application/octet-stream', 'File of unknown kind'],
  ['application/pdf', 'PDF document'],
  ['application/msword', 'Word document'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Word document'],
  ['application/vnd.ms-word.document.macroenabled.12', 'Word document with macros'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.template', 'Word template'],
  ['application/vnd.ms-excel', 'Excel workbook'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Excel workbook'],
  ['application/vnd.ms-excel.sheet.macroenabled.12', 'Excel workbook with macros'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.template', 'Excel template'],
  ['application/vnd.ms-powerpoint', 'PowerPoint presentation'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'PowerPoint presentation'],
  ['application/vnd.openxmlformats-officedocument.presentationml.slideshow', 'PowerPoint slide show'],
  ['application/vnd.ms-powerpoint.presentation.macroenabled.12', 'PowerPoint presentation with macros'],
  ['application/vnd.oasis.opendocument.text', 'OpenDocument text'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'OpenDocument spreadsheet'],
  ['application/vnd.oasis.opendocument.presentation', 'OpenDocument presentation'],
  ['application/vnd.oasis.opendocument.graphics', 'OpenDocument drawing'],
  ['application/rtf', 'Rich text'],
  ['text/rtf', 'Rich text'],
  ['application/epub+zip', 'E-book (EPUB)'],
  ['application/zip', 'Zip archive'],
  ['application/x-zip-compressed', 'Zip archive'],
  ['application/gzip', 'Archive (gzip)'],
  ['application/x-tar', 'Archive (tar)'],
  ['application/x-7z-compressed', 'Archive (7z)'],
  ['application/vnd.rar', 'Archive (rar)'],
  ['application/json', 'Data (JSON)'],
  ['application/xml', 'Data (XML)'],
  ['text/xml', 'Data (XML)'],
  ['text/csv', 'Table (CSV)'],
  ['text/plain', 'Plain text'],
  ['text/markdown', 'Text (Markdown)'],
  ['text/html', 'Web page'],
  ['text/calendar', 'Calendar'],
  ['text/vcard', 'Contact'],
  ['text/javascript', 'Program text (JavaScript)'],
  ['message/rfc822', 'E-mail'],
  ['application/vnd.ms-outlook', 'E-mail (Outlook)'],
  ['image/jpeg', 'Picture (JPEG)'],
  ['image/svg+xml', 'Drawing (SVG)'],
  ['audio/mpeg', 'Sound (MP3)'],
  ['video/quicktime', 'Film (QuickTime)'],
]);

const families = new Map([
  ['image', 'Picture'],
  ['audio', 'Sound'],
  ['video', 'Film'],
  ['text', 'Text'],
  ['font', 'Font'],
]);

function formWords(form: string): string {
  const bare = form.replace(/^x-/, '').replace(/\+.*$/, '');
  return bare.length <= 5 ? bare.toUpperCase() : bare;
}
