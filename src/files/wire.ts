import { Type, type Static } from '../base/http/schema.ts';

/** What files/ says and hears over HTTP. Sizes are bytes, times RFC 3339 in UTC, hashes lower-case hex. */

const Id = Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });
const CopyStateSchema = Type.Union(
  [Type.Literal('pending'), Type.Literal('stored'), Type.Literal('verified'), Type.Literal('lost')],
  {
    description:
      'pending: still to be made; stored: durable; verified: read back and its SHA-256 is right; lost: missing or altered, a repair is under way',
  },
);

export const CopiesView = Type.Object({
  primary: CopyStateSchema,
  backup: CopyStateSchema,
  count: Type.Integer({ minimum: 0, description: 'Copies that are stored or verified' }),
});
export type CopiesView = Static<typeof CopiesView>;

export const VersionView = Type.Object({
  versionId: Id,
  time: Time,
  author: Type.Object({ accountId: Id, name: Type.Union([Type.String(), Type.Null()]) }),
  size: Type.Integer({ minimum: 0 }),
  mediaType: Type.String(),
  modifiedTime: Time,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the file’s content' }),
  device: Type.String({ description: 'What it was uploaded or restored from' }),
  restoredFrom: Type.Union([Id, Type.Null()], { description: 'The older version that this one brought back' }),
  current: Type.Boolean(),
  copies: CopiesView,
});
export type VersionView = Static<typeof VersionView>;

const EntryCommon = {
  id: Id,
  driveId: Id,
  folderId: Type.Union([Id, Type.Null()], { description: 'null for the root folder' }),
  name: Type.String(),
  createdTime: Time,
  trashedTime: Type.Optional(
    Type.String({ format: 'date-time', description: 'Since when it is in the trash; folderId is null then' }),
  ),
  purgeTime: Type.Optional(Type.String({ format: 'date-time', description: 'When the trash lets go of it for good' })),
};

export const FolderView = Type.Object({ kind: Type.Literal('folder'), ...EntryCommon });
export type FolderView = Static<typeof FolderView>;

export const FileView = Type.Object({
  kind: Type.Literal('file'),
  ...EntryCommon,
  size: Type.Integer({ minimum: 0 }),
  modifiedTime: Time,
  mediaType: Type.String(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  versionId: Id,
  versionTime: Time,
  copies: CopiesView,
});
export type FileView = Static<typeof FileView>;

export const EntryView = Type.Union([FileView, FolderView]);
export type EntryView = Static<typeof EntryView>;

export const DriveView = Type.Object({
  id: Id,
  kind: Type.Literal('personal'),
  name: Type.String(),
  role: Type.Union([Type.Literal('viewer'), Type.Literal('editor'), Type.Literal('manager')]),
  rootId: Id,
  createdTime: Time,
  suite: Type.Union([Type.Literal('pq'), Type.Literal('classic')], {
    description: 'What new files are encrypted with: pq needs age 1.3 or newer to open without this server',
  }),
  recipient: Type.String({ description: 'The age recipient that new files are encrypted to' }),
});
export type DriveView = Static<typeof DriveView>;

export const DriveList = Type.Object({ drives: Type.Array(DriveView) });
export type DriveList = Static<typeof DriveList>;

export const EntryList = Type.Object({
  entries: Type.Array(EntryView),
  next: Type.Optional(Type.String({ description: 'Pass it as “after” to get the following page' })),
});
export type EntryList = Static<typeof EntryList>;

export const VersionList = Type.Object({
  versions: Type.Array(VersionView, { description: 'Newest first' }),
  next: Type.Optional(Type.String()),
});
export type VersionList = Static<typeof VersionList>;

export const StoredView = Type.Object({
  outcome: Type.Union([Type.Literal('created'), Type.Literal('new_version')]),
  entry: FileView,
});
export type StoredView = Static<typeof StoredView>;

/** One part of a form: either what was stored, or the problem of just this file. */
export const UploadResult = Type.Object({
  name: Type.String(),
  status: Type.Integer(),
  outcome: Type.Optional(Type.Union([Type.Literal('created'), Type.Literal('new_version')])),
  entry: Type.Optional(FileView),
  problem: Type.Optional(
    Type.Object({
      code: Type.String(),
      title: Type.String(),
      detail: Type.Optional(Type.String()),
      remedy: Type.String(),
    }),
  ),
});
export type UploadResult = Static<typeof UploadResult>;

export const UploadResults = Type.Object({ results: Type.Array(UploadResult) });
export type UploadResults = Static<typeof UploadResults>;

export const StoreStatus = Type.Object({
  name: Type.Union([Type.Literal('primary'), Type.Literal('backup')]),
  url: Type.Optional(Type.String({ description: 'Shown to admins' })),
  isMissing: Type.Boolean({
    description:
      'It answers, and holds this workspace no longer: it was emptied, or made anew, or another one is in its place',
  }),
  pending: Type.Integer({ description: 'Objects whose copy in this store is still to be made' }),
  lost: Type.Integer({ description: 'Objects whose copy in this store is missing or altered' }),
  failing: Type.Integer({ description: 'Of both, those whose last attempt failed' }),
  lastCode: Type.Union([Type.String(), Type.Null()], { description: 'Error code of a failed attempt' }),
  lastCopyTime: Type.Union([Time, Type.Null()], {
    description: 'When a copy was last made there from the other store',
  }),
});
export type StoreStatus = Static<typeof StoreStatus>;

export const BackupStatusView = Type.Object({
  verdict: Type.Union(
    [
      Type.Literal('complete'),
      Type.Literal('catching_up'),
      Type.Literal('overdue'),
      Type.Literal('store_missing'),
      Type.Literal('lost'),
    ],
    {
      description:
        'lost: something has no good copy in any store; see damaged. store_missing: a whole store is gone; see isMissing',
    },
  ),
  copiesBeforeAck: Type.Integer(),
  waiting: Type.Integer({ description: 'Copies still to be made, in all stores' }),
  damaged: Type.Integer({ description: 'Objects of which no store has a good copy, as far as is known' }),
  overdue: Type.Integer({ description: 'Of the waiting ones, waiting for longer than overdueAfterMs' }),
  overdueAfterMs: Type.Integer(),
  oldestWaitingMs: Type.Union([Type.Integer(), Type.Null()]),
  deletions: Type.Integer({
    description: 'Objects that were removed for good and still lie in a store, in all stores',
  }),
  stores: Type.Array(StoreStatus),
});
export type BackupStatusView = Static<typeof BackupStatusView>;

export const MoveRequest = Type.Object(
  {
    folderId: Type.Optional(Type.String({ maxLength: 64, description: 'The folder to go into: an id, or “root”' })),
    name: Type.Optional(Type.String({ maxLength: 1024 })),
    force: Type.Optional(Type.Boolean({ description: 'Where the name is a file’s, become its next version' })),
  },
  { additionalProperties: false },
);

export const MovedView = Type.Object({
  outcome: Type.Union([Type.Literal('moved'), Type.Literal('new_version')], {
    description: 'new_version: the file of that name got the content; the one that was moved is in the trash',
  }),
  entry: EntryView,
});
export type MovedView = Static<typeof MovedView>;

export const CopyRequest = Type.Object(
  {
    ...MoveRequest.properties,
    toDriveId: Type.Optional(Type.String({ maxLength: 64, description: 'Another drive; default this one' })),
  },
  { additionalProperties: false },
);

export const CopiedView = Type.Object({
  outcome: Type.Union([Type.Literal('created'), Type.Literal('new_version')]),
  entry: EntryView,
});
export type CopiedView = Static<typeof CopiedView>;

export const TrashEntryView = Type.Object({
  entry: EntryView,
  trashedTime: Time,
  purgeTime: Time,
  fromFolderId: Id,
  fromPath: Type.Union([Type.String(), Type.Null()], {
    description: 'Path of the folder it was in, as that is called now; null when that is gone or in the trash',
  }),
});
export type TrashEntryView = Static<typeof TrashEntryView>;

export const TrashList = Type.Object({ entries: Type.Array(TrashEntryView), next: Type.Optional(Type.String()) });
export type TrashList = Static<typeof TrashList>;

export const EmptiedView = Type.Object({ purged: Type.Integer({ minimum: 0 }) });
export type EmptiedView = Static<typeof EmptiedView>;

export const Done = Type.Null({ description: 'Done.' });

export const UsageView = Type.Object({
  accountId: Id,
  usedBytes: Type.Integer({ minimum: 0 }),
  quotaBytes: Type.Union([Type.Integer(), Type.Null()], { description: 'null: as much as there is' }),
  isDefault: Type.Boolean({ description: 'The quota is that of everybody, not one for just this account' }),
});
export type UsageView = Static<typeof UsageView>;

export const QuotaRequest = Type.Object(
  {
    quotaBytes: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 2 ** 52 }), Type.Null()], {
        description: 'null: as much as there is; left out: what everybody has',
      }),
    ),
  },
  { additionalProperties: false },
);

export const AccountParams = Type.Object({ accountId: Type.String({ maxLength: 64 }) });

export const NewFolder = Type.Object({ name: Type.String({ maxLength: 1024 }) }, { additionalProperties: false });
export const LookupRequest = Type.Object({ path: Type.String({ maxLength: 65_536 }) }, { additionalProperties: false });
export const KeyringExportRequest = Type.Object(
  { password: Type.String({ maxLength: 1024 }) },
  { additionalProperties: false },
);
export const KeyringExport = Type.Object({
  driveId: Id,
  identityFile: Type.String({ description: 'An age identity file: "age -d -i FILE" opens every object of the drive' }),
});
export type KeyringExport = Static<typeof KeyringExport>;

export const DriveParams = Type.Object({ driveId: Type.String({ maxLength: 64 }) });
export const EntryParams = Type.Object({
  driveId: Type.String({ maxLength: 64 }),
  entryId: Type.String({ maxLength: 64, description: 'An entry’s id, or “root”' }),
});
export const FolderParams = Type.Object({
  driveId: Type.String({ maxLength: 64 }),
  folderId: Type.String({ maxLength: 64, description: 'A folder’s id, or “root”' }),
});
export const VersionParams = Type.Object({
  driveId: Type.String({ maxLength: 64 }),
  entryId: Type.String({ maxLength: 64 }),
  versionId: Type.String({ maxLength: 64 }),
});
export const PageQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});
export type PageQuery = Static<typeof PageQuery>;
