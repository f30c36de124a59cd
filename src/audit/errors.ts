import { errorCatalogue } from '../base/errors.ts';

export const auditErrors = errorCatalogue({
  audit_cursor_invalid: {
    status: 422,
    title: 'This does not continue any list of events',
    remedy: 'Pass the “next” of the page before as “after”, or leave it out to start with the newest event.',
  },
});
