import { Protocol } from '../decoders/transport.ts';
import { Side, sideState } from './state.ts';

export type ConnState =
  | 'S0'
  | 'S1'
  | 'SF'
  | 'REJ'
  | 'S2'
  | 'S3'
  | 'RSTO'
  | 'RSTR'
  | 'RSTOS0'
  | 'RSTRH'
  | 'SH'
  | 'SHR'
  | 'OTH';

/** Zeek's conn_state. `bytes`: payload of both sides together. */
export function connState(protocol: number, state: number, bytes: number): ConnState {
  const originator = sideState(state, 0);
  const responder = sideState(state, 1);
  if (protocol === Protocol.tcp) return ofTcp(originator, responder, bytes);
  if (protocol !== Protocol.udp) return 'OTH';
  if (originator === Side.established) return responder === Side.established ? 'SF' : 'S0';
  return responder === Side.established ? 'SHR' : 'OTH';
}

/** Side never opened the connection as far as was seen. */
function unopened(side: number): boolean {
  return side === Side.inactive || side === Side.partial;
}

function ofTcp(originator: number, responder: number, bytes: number): ConnState {
  if (responder === Side.reset) {
    if (originator === Side.synSent || originator === Side.synAckSent) return 'REJ';
    if (originator === Side.reset && bytes === 0) return 'REJ';
    return unopened(originator) ? 'RSTRH' : 'RSTR';
  }
  if (originator === Side.reset) return unopened(responder) ? 'RSTOS0' : 'RSTO';
  if (originator === Side.closed) {
    if (responder === Side.closed) return 'SF';
    return unopened(responder) ? 'SH' : 'S2';
  }
  if (responder === Side.closed) return unopened(originator) ? 'SHR' : 'S3';
  if (originator === Side.synSent && responder === Side.inactive) return 'S0';
  return originator === Side.established && responder === Side.established ? 'S1' : 'OTH';
}
