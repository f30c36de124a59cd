import { errorCatalogue } from '../base/errors.ts';

export const agentErrors = errorCatalogue({
  agent_not_enrolled: {
    status: 401,
    title: 'This host is not enrolled',
    remedy:
      'Have an admin make a token (holdfast host enrol), and start the agent with --server URL --token-file FILE.',
  },
  agent_enrolment_refused: {
    status: 403,
    title: 'The server does not enrol this host',
    remedy: 'Have an admin make another token (holdfast host enrol).',
  },
  agent_ended: {
    status: 403,
    title: 'The server takes nothing from this host any more',
    remedy:
      'Ask an admin whether that was meant. To go on, have a new token made (holdfast host enrol) and start the agent with --token-file FILE.',
  },
  agent_other_host: {
    status: 409,
    title: 'What is kept in this state folder was enrolled by another host',
    remedy:
      'The folder was copied, maybe with the image of a machine. Start the agent with a token of its own (--token-file FILE): it begins anew.',
  },
  agent_running: {
    status: 409,
    title: 'An agent runs already with this state folder',
    remedy: 'See how it is doing with holdfast agent status, or stop it first: systemctl stop holdfast-agent.',
  },
  agent_state_unusable: {
    status: 500,
    title: 'What the agent keeps cannot be used',
    remedy: 'Remove the folder it names and enrol this host again: nothing but reports that were not sent is lost.',
  },
  agent_buckets_failed: {
    status: 500,
    title: 'The buckets could not be looked at',
    remedy: 'Run holdfast buckets audit on this host as the same user to see why; the agent tries again.',
  },
  agent_network_failed: {
    status: 500,
    title: 'The network could not be looked at',
    remedy: 'Run holdfast network capture -i IF on this host as the same user to see why; the agent tries again.',
  },
  agent_part_not_enrolled: {
    status: 403,
    title: 'This host was not enrolled for that',
    remedy:
      'Leave it out of --with, or have an admin make a token for it (holdfast host enrol --for HOST --with host,buckets) and start the agent with --token-file FILE.',
  },
  agent_scan_failed: {
    status: 500,
    title: 'This host could not be looked at',
    remedy: 'Run holdfast host scan as the same user to see why; the agent tries again at its next time.',
  },
});
