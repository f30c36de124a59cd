/**
 * deploy/ puts a workspace into an account of AWS: the template of deploy/aws/workspace.yaml, and one archive with all that
 * its instance runs. It makes stacks by stacks/; what a workspace does there it does not know.
 */
export { workspaceArchive, type Architecture, type WorkspaceArchive } from './archive/workspace-archive.ts';
