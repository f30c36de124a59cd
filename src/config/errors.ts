import { errorCatalogue } from '../base/errors.ts';

export const configErrors = errorCatalogue({
  config_invalid: {
    status: 400,
    title: 'The settings given by flags and environment do not fit',
    remedy: 'Correct what is named above and start again; docs/settings.md lists all settings.',
  },
});
