import { errorCatalogue } from '../base/errors.ts';

export const notificationErrors = errorCatalogue({
  notice_not_found: {
    status: 404,
    title: 'There is no such notice',
    remedy: 'Run holdfast notices list to see them with their ids; old ones are removed after some months.',
  },
  notice_cursor_invalid: {
    status: 422,
    title: 'This does not continue any list of notices',
    remedy: 'Pass the “next” of the page before as “after”, or leave it out to start from the newest.',
  },
});
