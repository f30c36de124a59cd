/**
 * Which type answers which, so that question and answer are one flow, as Zeek and Community ID have it. -1: a message that
 * nobody answers.
 */
export function icmpAnswer(type: number): number {
  return IPV4[type] ?? -1;
}

export function icmp6Answer(type: number): number {
  return IPV6[type] ?? -1;
}

function answers(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(-1);
  for (const [question, answer] of pairs) {
    table[question] = answer;
    table[answer] = question;
  }
  return table;
}

/** Echo, router, timestamp, information, mask. */
const IPV4 = answers([
  [8, 0],
  [10, 9],
  [13, 14],
  [15, 16],
  [17, 18],
]);

/** Echo, multicast listener, router, neighbour, node information, home agent. */
const IPV6 = answers([
  [128, 129],
  [130, 131],
  [133, 134],
  [135, 136],
  [139, 140],
  [144, 145],
]);
