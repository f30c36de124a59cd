/** For each check of an account what the account has to look like to get each verdict; what is not named is in order. */
import type { AccountFacts, OutsideReference } from '../facts/bucket-facts.ts';
import { known, unread } from '../facts/fact.ts';
import type { Cases } from './test-cases.ts';

const denied = unread('denied', 'AccessDenied, 403');
const noBlock = known(null);
const outside = (changes: Pick<OutsideReference, 'holder' | 'isFreed'>) =>
  known({ found: [{ name: 'old', where: 'CloudFront E1, origin old', ...changes }], unread: [] });

export const accountCases: Readonly<Record<string, Cases<Partial<AccountFacts>>>> = {
  'account-block-public-access': {
    fail: [{ publicAccessBlock: noBlock }, { publicAccessBlock: known({ BlockPublicAcls: true }) }],
    unknown: [{ publicAccessBlock: denied }],
    not_applicable: [{ publicAccessBlock: unread('not_implemented') }],
  },
  'account-dangling-reference': {
    fail: [
      { outsideReferences: outside({ holder: known('nobody'), isFreed: false }) },
      { outsideReferences: outside({ holder: known('others'), isFreed: true }) },
    ],
    pass: [{ outsideReferences: outside({ holder: known('others'), isFreed: false }) }],
    unknown: [
      { outsideReferences: denied },
      { outsideReferences: outside({ holder: denied, isFreed: true }) },
      { outsideReferences: known({ found: [], unread: [{ source: 'Route 53', why: 'denied' }] }) },
    ],
  },
  'account-data-events': {
    fail: [
      { dataEvents: known({ reads: [], writes: ['all'], unread: [] }) },
      { dataEvents: known({ reads: ['all'], writes: [], unread: [] }) },
    ],
    pass: [{ dataEvents: known({ reads: ['one'], writes: ['other'], unread: [{ trail: 'third', why: 'denied' }] }) }],
    unknown: [
      { dataEvents: denied },
      { dataEvents: known({ reads: [], writes: [], unread: [{ trail: 'all', why: 'denied' }] }) },
    ],
    not_applicable: [{ dataEvents: unread('not_implemented') }],
  },
  'account-service-names': {
    fail: [{ serviceNames: known([{ name: 'n', service: 'Glue', region: 'r', holder: known('others') }]) }],
    unknown: [
      { serviceNames: denied },
      { serviceNames: known([{ name: 'n', service: 'Glue', region: 'r', holder: denied }]) },
    ],
  },
};
