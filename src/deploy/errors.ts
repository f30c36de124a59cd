import { errorCatalogue } from '../base/errors.ts';

export const deployErrors = errorCatalogue({
  deploy_not_built: {
    status: 404,
    title: 'What an instance runs is not there',
    remedy: 'This checkout was not built. Run: npm ci',
  },
  deploy_node_missing: {
    status: 404,
    title: 'The Node that the instance runs on is not here',
    remedy:
      'Fetch it with npm pack, and name the file with --node; or choose an instance of the architecture of this computer.',
  },
  deploy_node_altered: {
    status: 422,
    title: 'This is not the Node that Holdfast was tested on',
    remedy: 'Fetch it anew with npm pack, in just the version that is named.',
  },
  deploy_guard_missing: {
    status: 404,
    title: 'There is no guard of buckets in that stack',
    remedy: 'Deploy it first: holdfast buckets deploy. Or leave --guard out.',
  },
});
