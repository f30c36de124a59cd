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
    remedy:
      'Name the stack of holdfast buckets deploy, or a new name with --email, and it is made. Or leave --guard out.',
  },
  deploy_copies_elsewhere: {
    status: 409,
    title: 'The second copies of a workspace that is there lie where they lie',
    remedy:
      'Leave --backup-bucket and --backup-region out: they are chosen with the first deployment. A server with other second copies would refuse to start.',
  },
});
