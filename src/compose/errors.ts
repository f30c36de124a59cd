import { errorCatalogue } from '../base/errors.ts';

/** Why a workspace is not opened: its parts do not belong together. */
export const composeErrors = errorCatalogue({
  store_of_other_workspace: {
    status: 409,
    title: 'This store belongs to another workspace',
    remedy:
      'Give this workspace stores of its own (HOLDFAST_OBJECTS, HOLDFAST_BACKUP), or start with the records that belong to them.',
  },
  bucket_of_a_workspace: {
    status: 409,
    title: 'This store holds a workspace, and the records are empty',
    remedy:
      'Put the records file and the workspace key of that workspace back before starting, or choose empty stores for a new one.',
  },
  store_marker_unreadable: {
    status: 500,
    title: 'The file workspace.json in this store cannot be read',
    remedy: 'Restore workspace.json from the other store; both hold the same file.',
  },
  workspace_not_begun: {
    status: 409,
    title: 'There is no workspace in these records',
    remedy: 'Start the server once with this data folder: it makes a new workspace.',
  },
  data_folder_unusable: {
    status: 500,
    title: 'The data folder cannot be made or written',
    remedy: 'Choose a folder of your own with --data, or correct its owner and permissions.',
  },
});
