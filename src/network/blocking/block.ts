import { timestamp, type Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { networkErrors } from '../errors.ts';
import { addElement, newTable, readTable, removeElement, type BlockTable } from './block-table.ts';
import { nft } from './nft.ts';
import { whyNotBlocked, type Kept } from './protected.ts';
import type { BlockReceipt, BlockReceipts } from './receipts.ts';

export interface Wanted {
  /** A plain one. */
  readonly address: string;
  readonly seconds: number;
  readonly why: string;
  readonly by: string;
}

export interface BlockPlan {
  readonly wanted: Wanted;
  /** Text for `nft -f`: the whole change. */
  readonly commands: string;
}

/**
 * The change that a block would be. Throws `network_block_refused` when it would cut off somebody whom it must not,
 * `network_block_made_already`, `network_block_changed` when somebody changed our table.
 */
export async function planBlock(wanted: Wanted, kept: Kept, receipts: Pick<BlockReceipts, 'all'>): Promise<BlockPlan> {
  const { address, seconds } = wanted;
  const attempted = `Block ${address}`;
  const why = whyNotBlocked(address, kept);
  if (why !== null) throw networkErrors('network_block_refused', { attempted, detail: why });
  const table = await readTable();
  if (table) {
    const left = table.elements.find((each) => each.address === address);
    if (left) throw networkErrors('network_block_made_already', { attempted, detail: `for another ${left.expires} s` });
    await needOwnShape(table, receipts, attempted);
  }
  return { wanted, commands: `${table ? '' : newTable()}${addElement(address, seconds)}` };
}

/** Makes it, looks whether it is there, and keeps the receipt. */
export async function makeBlock(
  { wanted, commands }: BlockPlan,
  receipts: Pick<BlockReceipts, 'keep'>,
  clock: Clock,
): Promise<BlockReceipt> {
  const nowMs = clock();
  const begun: BlockReceipt = {
    ...{ kind: 'holdfast-network-block', version: 1, receiptId: newId(), ...wanted },
    ...{ time: timestamp(nowMs), until: timestamp(nowMs + wanted.seconds * 1000), state: 'begun', shape: '' },
  };
  await receipts.keep(begun);
  await nft(['-f', '-'], commands);
  const table = await readTable();
  if (!table?.elements.some(({ address }) => address === wanted.address)) {
    throw networkErrors('network_block_failed', {
      attempted: `Block ${wanted.address}`,
      detail: 'it is not among the rules',
    });
  }
  const done: BlockReceipt = { ...begun, state: 'done', shape: table.shape };
  await receipts.keep(done);
  return done;
}

/**
 * Takes a block back. Throws `network_block_changed` when somebody changed it since, and then changes nothing. A block whose
 * time is over is taken back by itself, and only noted.
 */
export async function undoBlock(
  receipt: BlockReceipt,
  receipts: Pick<BlockReceipts, 'keep'>,
  clock: Clock,
): Promise<BlockReceipt> {
  const attempted = `Take back the block of ${receipt.address}`;
  const table = await readTable();
  const element = table?.elements.find(({ address }) => address === receipt.address);
  const changed = (detail: string) => networkErrors('network_block_changed', { attempted, detail });
  if (table && element) {
    if (receipt.state === 'done' && table.shape !== receipt.shape)
      throw changed('the rules of our table are others now');
    if (element.timeout !== receipt.seconds) {
      throw changed(`it was made for ${receipt.seconds} s, and is there for ${element.timeout} s`);
    }
    await nft(['-f', '-'], removeElement(receipt.address));
  } else if (receipt.state === 'done' && clock() < Date.parse(receipt.until)) {
    throw changed('somebody removed it before its time was over');
  }
  const undone: BlockReceipt = { ...receipt, state: 'undone' };
  await receipts.keep(undone);
  return undone;
}

/** A table of this name that we did not make, or that somebody changed, may let through what it should stop. */
async function needOwnShape(table: BlockTable, receipts: Pick<BlockReceipts, 'all'>, attempted: string): Promise<void> {
  const made = (await receipts.all()).findLast(({ shape }) => shape !== '');
  if (made?.shape === table.shape) return;
  throw networkErrors('network_block_changed', { attempted, detail: 'the table is not as it was made here' });
}
