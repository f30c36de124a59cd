/**
 * One file. Flows and logs lie in segments of some thousand rows, a blob for each part of one; what is asked of a segment before it
 * is opened stands in its row. Each segment of flows is added up in a row of `sums`; sixteen of these are added up in one above them
 * (`within`), and so on: figures of a long time are read from few rows. `segment`: 0 for those above. Times are microseconds, in notices and coverage seconds.
 */
export const FORMAT = 2;

/** Pages as large as the parts of most segments ask for. */
export const PAGE_BYTES = 16_384;

/** The log is cut back to this after it was written into the file: it counts for the room that flows take. */
export const MOST_LOG_BYTES = 8 * 2 ** 20;

export const SCHEMA = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE batches (id TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, sensor TEXT NOT NULL, level INTEGER NOT NULL, rows INTEGER NOT NULL,
    least_us REAL NOT NULL, most_us REAL NOT NULL,
    states INTEGER NOT NULL, services TEXT NOT NULL, protocols TEXT NOT NULL
  );
  CREATE TABLE parts (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE sums (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sensor TEXT NOT NULL, level INTEGER NOT NULL, least_us REAL NOT NULL, most_us REAL NOT NULL, slot_s REAL NOT NULL,
    segment INTEGER NOT NULL, within INTEGER NOT NULL
  );
  CREATE INDEX sums_within ON sums (within);
  CREATE TABLE sum_parts (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE notices (
    sensor TEXT NOT NULL, key TEXT NOT NULL, first REAL NOT NULL, last REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (sensor, key)
  ) WITHOUT ROWID;
  CREATE INDEX notices_last ON notices (last);
  CREATE TABLE coverage (
    sensor TEXT NOT NULL, hour INTEGER NOT NULL, first REAL NOT NULL, last REAL NOT NULL,
    packets REAL NOT NULL, dropped REAL NOT NULL, left_out TEXT NOT NULL,
    PRIMARY KEY (sensor, hour)
  ) WITHOUT ROWID;
  INSERT INTO about VALUES ('format', '${FORMAT}'), ('state', 'open');
`;

/** Of a notice, as its body has them; written like this, a question is answered by the indexes below. */
export const NOTICE_ENDS = ["json_extract(body, '$.src')", "json_extract(body, '$.dst')"] as const;

/**
 * By address: each batch of alerts looks up what its sources did before, and of a flood there are very many. They are made of what the table has anyway, so
 * that a file may be without them, and any release that reads the format keeps them as it writes.
 */
export const INDEXES = `
  CREATE INDEX IF NOT EXISTS notices_src ON notices (${NOTICE_ENDS[0]}, last);
  CREATE INDEX IF NOT EXISTS notices_dst ON notices (${NOTICE_ENDS[1]}, last);
`;

/** Parts of a segment have the number of the segment times this, and their own. */
export const PARTS_OF_A_SEGMENT = 16;
export const PARTS_OF_SUMS = 4;
