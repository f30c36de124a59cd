import { errorCatalogue } from '../base/errors.ts';

export const liveErrors = errorCatalogue({
  live_connections_too_many: {
    status: 429,
    title: 'There are as many live connections from here as there may be',
    remedy: 'Close some windows or programs that are connected. Files can be used without a live connection.',
  },
});
