import { Protocol } from '../decoders/transport.ts';
import { connState, type ConnState } from './conn-state.ts';
import { Double, type FlowMemory, Kind, Word, WORDS } from './layout.ts';
import { tcpPayload } from './tcp.ts';

/** What is reckoned from the memory of a flow rather than read from it. */
export function payloadOf(memory: FlowMemory, index: number, side: number): number {
  const isTcp = protocolOf(memory, index) === Protocol.tcp;
  return isTcp ? tcpPayload(memory, index, side) : memory.doubles[index * (WORDS / 2) + Double.bytes + side]!;
}

export function packetsOf({ words }: FlowMemory, index: number, side: number): number {
  const at = index * WORDS;
  const above = (words[at + Word.packetsAbove]! >>> (side * 16)) & 0xffff;
  return above * 2 ** 32 + (words[at + Word.packets + side]! >>> 0);
}

export function protocolOf({ words }: FlowMemory, index: number): number {
  return words[index * WORDS + Word.kind]! & Kind.protocol;
}

export function stateOf(memory: FlowMemory, index: number): ConnState {
  const bytes = payloadOf(memory, index, 0) + payloadOf(memory, index, 1);
  return connState(protocolOf(memory, index), memory.words[index * WORDS + Word.state]!, bytes);
}
