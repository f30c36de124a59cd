import { errorCatalogue } from '../base/errors.ts';

export const stackErrors = errorCatalogue({
  stack_no_credentials: {
    status: 401,
    title: 'There are no credentials for AWS here',
    remedy:
      'Log in as you do for the aws command (aws sso login, AWS_PROFILE, or a role of this machine), then try again.',
  },
  stack_failed: {
    status: 502,
    title: 'CloudFormation did not do it',
    remedy: 'Mend what it names, then run the command again. What was deployed before goes on as it was.',
  },
  stack_code_bucket: {
    status: 409,
    title: 'The code could not be put there',
    remedy:
      'The bucket may be somebody else’s, or your rights may not reach it. Name another one of yours with --code-bucket.',
  },
});
