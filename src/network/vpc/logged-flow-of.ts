import { isLocal } from '../records/addresses.ts';
import { uidText } from '../records/conn-object.ts';
import { protocolName } from '../records/conn-writer.ts';
import type { IdSeed } from '../records/flow-id.ts';
import { isIdentified, type LoggedFlow } from '../records/logged-flow.ts';
import { addressText, addressWords } from '../store/address-words.ts';
import { communityIdOf } from '../store/community-id-of.ts';
import type { VpcLine } from './vpc-lines.ts';

/** TCP, UDP and SCTP: without its ports a flow of them is none. */
const WITH_PORTS = new Set([6, 17, 132]);

/** A line as a store keeps it; `null`: it does not say all that a flow has. `serial`: from 1, another for each line of a seed. */
export function loggedFlowOf(line: VpcLine, seed: IdSeed, serial: number): LoggedFlow | null {
  const { source, target, protocol, packets, bytes, start, end, action, interfaceId, tcpFlags } = line;
  const [originator, responder] = [addressWords(source), addressWords(target)];
  if (originator === null || responder === null || packets === null || bytes === null || end === null) return null;
  const hasPorts = line.sourcePort !== null && line.targetPort !== null;
  if (!hasPorts && WITH_PORTS.has(protocol)) return null;
  const [originatorPort, responderPort] = [line.sourcePort ?? 0, line.targetPort ?? 0];
  return {
    ts: start,
    uid: uidText(seed, serial),
    ...{ 'id.orig_h': addressText(originator), 'id.orig_p': originatorPort },
    ...{ 'id.resp_h': addressText(responder), 'id.resp_p': responderPort },
    ...{ proto: protocolName(protocol), duration: Math.max(0, end - start) },
    local_orig: isLocal(originator.isVersion6, ...originator.words),
    local_resp: isLocal(responder.isVersion6, ...responder.words),
    ...{ orig_pkts: packets, orig_ip_bytes: bytes, ip_proto: protocol },
    ...(isIdentified(protocol) && {
      community_id: communityIdOf({ originator, responder, originatorPort, responderPort, protocol, isOneWay: false }),
    }),
    partial: false,
    ...(action !== null && { action }),
    ...(interfaceId !== null && { interface_id: interfaceId }),
    ...(tcpFlags !== null && { tcp_flags: tcpFlags }),
  };
}
