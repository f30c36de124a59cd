import { useNavigate } from '@tanstack/react-router';
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight';
import type { Tab } from '../../../base/pages/tabs.tsx';
import { useMe } from '../../../features/accounts/api.ts';
import { useModerates } from '../../../features/chat/lists/use-moderates.ts';
import { activityParts, adminParts, networkParts, securityParts, settingsParts } from '../parts.ts';
import { chatPlaces, filePlaces, otherPlaces, ownPlaces } from '../places.tsx';
import { type Choice, type Ranked, ranked } from './choice.ts';

const chatParts: readonly Tab[] = [
  { label: 'Search in chat', to: '/chat/search' },
  { label: 'Mentions', to: '/chat/mentions' },
  { label: 'Saved messages', to: '/chat/saved' },
  { label: 'What moderators decided about you', to: '/chat/decisions' },
];
const reports: Tab = { label: 'Reports', to: '/chat/reports' };
const checks: Tab = { label: 'Checks of hosts', to: '/security/hosts/checks' };

/** Every place that this person has; once something is typed, the parts of their pages too. */
export function usePages(text: string): readonly Ranked[] {
  const navigate = useNavigate();
  const role = useMe()?.role;
  const moderates = useModerates();
  const isAdmin = role === 'admin';
  const places = [...filePlaces, ...chatPlaces, ...otherPlaces, ...ownPlaces]
    .filter(({ later, adminsOnly }) => later !== true && (adminsOnly !== true || isAdmin))
    .map(({ label, to, Icon }): { readonly choice: Choice } => {
      const icon = <Icon size={18} stroke={1.6} aria-hidden />;
      return { choice: { key: to, label, hint: 'Page', icon, go: () => void navigate({ to }) } };
    });
  const within = (
    place: string,
    parts: readonly Tab[],
  ): readonly { readonly choice: Choice; readonly beside: string }[] =>
    parts.map(({ label, to }) => ({
      choice: {
        ...{ key: `${place} ${label}`, label, hint: place, go: () => void navigate({ to }) },
        icon: <IconChevronRight size={18} stroke={1.6} aria-hidden />,
      },
      beside: place,
    }));
  if (text === '') return ranked(text, places);
  return ranked(text, [
    ...places,
    ...within('Chat', moderates ? [...chatParts, reports] : chatParts),
    ...(isAdmin ? within('Security', [...securityParts, checks]) : []),
    ...(isAdmin ? within('Security, Network', networkParts) : []),
    ...(isAdmin ? within('Activity', activityParts) : []),
    ...within('Settings', settingsParts(role)),
    ...(isAdmin ? within('Admin', adminParts) : []),
  ]);
}
