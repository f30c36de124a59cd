/** Whatever is done in whatever order, just those open a file whom a model of a few lines lets open it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Caller } from '../chat-deps.ts';
import { testAttachments } from './test-attachments.ts';

type Act =
  | { readonly act: 'attach'; readonly room: number; readonly file: number }
  | { readonly act: 'revoke'; readonly share: number; readonly byOwner: boolean }
  | { readonly act: 'remove'; readonly share: number }
  | { readonly act: 'trash' | 'restore' | 'purge'; readonly file: number }
  | { readonly act: 'join' | 'leave'; readonly person: number; readonly room: number };

const index = fc.nat({ max: 2 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('attach' as const), room: fc.nat({ max: 1 }), file: index }) },
  fc.record({ act: fc.constant('revoke' as const), share: fc.nat({ max: 5 }), byOwner: fc.boolean() }),
  fc.record({ act: fc.constant('remove' as const), share: fc.nat({ max: 5 }) }),
  fc.record({ act: fc.constantFrom('trash' as const, 'restore' as const), file: index }),
  fc.record({ act: fc.constantFrom('trash' as const, 'restore' as const), file: index }),
  fc.record({ act: fc.constant('purge' as const), file: index }),
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('join' as const, 'leave' as const),
      person: fc.nat({ max: 1 }),
      room: fc.nat({ max: 1 }),
    }),
  },
);

test('just those can open a file who are in the room, while it is shared and there', async (t) => {
  const setup = await testAttachments(t);
  const { chat, files, grace, edsger, guest, withDrive, store, attach, read, standings, records } = setup;
  const { session, driveId } = await withDrive(grace);
  let rooms = 0;

  const property = fc.asyncProperty(fc.array(acts, { minLength: 5, maxLength: 25 }), async (sequence) => {
    const places: string[] = [];
    for (const _ of [0, 1]) {
      rooms += 1;
      places.push((await chat.createRoom(grace, { name: `room-${rooms}`, kind: 'private' })).room.roomId);
    }
    const refs = await Promise.all([0, 1, 2].map((each) => store(grace, `file-${rooms}-${each}`, `content ${each}`)));
    const people: readonly Caller[] = [edsger, guest];
    // The model: who is where, how each file stands, and what was shared and not taken back.
    const inside = new Set<string>();
    const state: ('there' | 'trashed' | 'purged')[] = ['there', 'there', 'there'];
    const shares: { id: string; room: number; file: number; at: number; over: boolean }[] = [];

    for (const each of sequence) {
      if (each.act === 'attach') {
        const ref = refs[each.file];
        assert.ok(ref);
        const sending = attach(grace, places[each.room] ?? '', ref);
        if (state[each.file] !== 'there') {
          await assert.rejects(sending);
          continue;
        }
        const { shareId, sent } = await sending;
        shares.push({ id: shareId, room: each.room, file: each.file, at: sent.sequence, over: false });
      } else if (each.act === 'revoke' || each.act === 'remove') {
        const share = shares[each.share];
        if (!share || share.over || state[share.file] === 'purged') continue;
        const roomId = places[share.room] ?? '';
        if (each.act === 'remove') await chat.remove(grace, { roomId, sequence: share.at });
        else if (each.byOwner) {
          await files.shares.endAll(session, driveId, refs[share.file]?.entryId ?? '', share.id);
        } else await chat.endAttachment(grace, roomId, share.id);
        share.over = true;
      } else if (each.act === 'join' || each.act === 'leave') {
        const [person, roomId] = [people[each.person], places[each.room] ?? ''];
        const key = `${each.person} ${each.room}`;
        if (!person || inside.has(key) === (each.act === 'join')) continue;
        if (each.act === 'join') await chat.setMember(grace, roomId, person.handle, 'member');
        else await chat.removeMember(grace, roomId, person.accountId);
        inside[each.act === 'join' ? 'add' : 'delete'](key);
      } else if ('file' in each) {
        const entryId = refs[each.file]?.entryId ?? '';
        if (each.act === 'trash' && state[each.file] === 'there') {
          await files.trash(session, driveId, entryId, {});
          state[each.file] = 'trashed';
        } else if (each.act === 'restore' && state[each.file] === 'trashed') {
          await files.restoreFromTrash(session, driveId, entryId, {});
          state[each.file] = 'there';
        } else if (each.act === 'purge' && state[each.file] === 'trashed') {
          await files.purge(session, driveId, entryId);
          state[each.file] = 'purged';
        }
      }
    }

    await files.purgeDue();
    for (const share of shares) {
      const isOver = share.over || state[share.file] === 'purged';
      const opens = isOver
        ? 'share_not_found'
        : state[share.file] === 'trashed'
          ? 'share_in_trash'
          : `content ${share.file}`;
      const roomId = places[share.room] ?? '';
      assert.equal(await read(grace, roomId, share.id), opens);
      for (const [number, person] of people.entries()) {
        const expected = inside.has(`${number} ${share.room}`) ? opens : 'chat_room_not_found';
        assert.equal(await read(person, roomId, share.id), expected, person.handle);
      }
      const other = places[1 - share.room] ?? '';
      assert.equal(await read(grace, other, share.id), 'share_not_found', 'through another room');
      const left = (await records.query(`share#${share.id}`, { limit: 10 })).items.length;
      assert.equal(left, isOver ? 0 : 3, 'the rows of what is over are gone');
      const shown = await standings(grace, roomId, share.at);
      if (shown.length > 0) {
        assert.deepEqual(shown, [isOver ? 'ended' : state[share.file] === 'trashed' ? 'in_trash' : 'shared']);
      }
    }
  });
  await fc.assert(property, { numRuns: 25 });
});
