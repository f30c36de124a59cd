/** Uploads that nobody will finish are ended at a start: all of them, and nobody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../../test/support/s3/scripted-s3.ts';

const LONG_AGO = '2020-01-01T00:00:00Z';
const xml = (text: string): ScriptedAnswer => [200, 'application/xml', text];

const upload = (name: string, initiated: string): string =>
  `<Upload><Key>${name}</Key><UploadId>id-${name}</UploadId><Initiated>${initiated}</Initiated></Upload>`;

function uploadsPage(asked: URL): ScriptedAnswer {
  const now = new Date().toISOString();
  const page = (uploads: string, next: string): ScriptedAnswer =>
    xml(
      `<ListMultipartUploadsResult><Bucket>team</Bucket><IsTruncated>${next !== ''}</IsTruncated><NextKeyMarker>${next}</NextKeyMarker><NextUploadIdMarker>id-${next}</NextUploadIdMarker>${uploads}</ListMultipartUploadsResult>`,
    );
  switch (asked.searchParams.get('key-marker')) {
    case null:
      return page(upload('dead-1', LONG_AGO) + upload('slow', LONG_AGO), 'slow');
    case 'slow':
      return page(upload('dead-2', LONG_AGO) + upload('new', now), 'new');
    // As if there were more, and without a way on: it is not asked for ever.
    default:
      return page(upload('dead-3', LONG_AGO), 'new');
  }
}

test('of all pages those are ended that nobody sent a part to for a day, and not one whose parts still come', async () => {
  const ended: string[] = [];
  const answer = (_: string, asked: string): ScriptedAnswer => {
    const [method = '', path = ''] = asked.split(' ');
    const url = new URL(path, 'http://store');
    if (url.searchParams.has('uploads')) return uploadsPage(url);
    if (method === 'DELETE') {
      ended.push(url.searchParams.get('uploadId') ?? '');
      return [204, 'application/xml', ''];
    }
    if (!url.searchParams.has('uploadId')) return EMPTY_LIST;
    const part = `<Part><PartNumber>1</PartNumber><LastModified>${new Date().toISOString()}</LastModified><Size>5</Size></Part>`;
    const parts = url.pathname.endsWith('/slow') ? part : '';
    return xml(`<ListPartsResult><Bucket>team</Bucket><IsTruncated>false</IsTruncated>${parts}</ListPartsResult>`);
  };
  await using _store = await scriptedS3(answer);
  assert.deepEqual(ended, ['id-dead-1', 'id-dead-2', 'id-dead-3']);
});
