import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '../../base/ids.ts';
import { openPrivateFolder } from '../../storage/index.ts';
import { networkErrors } from '../errors.ts';

/** What a block did. It is on the disk before the rules are changed, so that one that was cut off can be taken back as well. */
export interface BlockReceipt {
  readonly kind: 'holdfast-network-block';
  readonly version: 1;
  readonly receiptId: string;
  readonly address: string;
  readonly seconds: number;
  readonly why: string;
  /** Who called for it. */
  readonly by: string;
  readonly time: string;
  readonly until: string;
  /** `begun`: maybe made, maybe not: nobody knows. */
  readonly state: 'begun' | 'done' | 'undone';
  /** The table as it was after it; empty while nobody knows. */
  readonly shape: string;
}

export interface BlockReceipts {
  /** On the disk when it resolves. */
  keep(receipt: BlockReceipt): Promise<void>;
  /** The newest last. */
  all(): Promise<readonly BlockReceipt[]>;
  /** By its id, or the newest of an address. Throws `network_block_not_found`. */
  find(idOrAddress: string): Promise<BlockReceipt>;
}

/** Older ones are of no use to undo: no block lasts for longer. */
const MOST = 2000;

export function openBlockReceipts(stateFolder: string): BlockReceipts {
  const folder = join(stateFolder, 'network', 'blocks');
  const { read, write } = openPrivateFolder();
  const all = async (): Promise<readonly BlockReceipt[]> => {
    const names = await readdir(folder).catch(() => []);
    const wanted = names
      .filter((name) => isId(name.replace(/\.json$/, '')))
      .toSorted()
      .slice(-MOST);
    const found = await Promise.all(wanted.map((name) => read(join(folder, name))));
    return found.flatMap((bytes) => (bytes === null ? [] : receiptIn(bytes)));
  };
  return {
    all,
    keep: (receipt) => write(join(folder, `${receipt.receiptId}.json`), `${JSON.stringify(receipt, null, 1)}\n`, true),
    async find(idOrAddress) {
      const found = (await all()).findLast(
        ({ receiptId, address, state }) => receiptId === idOrAddress || (address === idOrAddress && state !== 'undone'),
      );
      if (found) return found;
      throw networkErrors('network_block_not_found', { attempted: `Take back the block of ${idOrAddress}` });
    },
  };
}

function receiptIn(bytes: Buffer): readonly BlockReceipt[] {
  const found = JSON.parse(bytes.toString('utf8')) as BlockReceipt;
  return found.kind === 'holdfast-network-block' && found.version === 1 ? [found] : [];
}
