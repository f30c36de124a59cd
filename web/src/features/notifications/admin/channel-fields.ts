/** What each kind of channel is set up with, in words. A kind that is not here is set up by the command. */

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface ChannelField {
  readonly name: string;
  readonly label: string;
  readonly about?: string;
  readonly placeholder?: string;
  readonly required?: true;
  /** Default `text`. What is `secret` is never shown again; `lines` is a text of several lines. */
  readonly type?: 'secret' | 'number' | 'lines' | 'flag';
  /** The first is the usual one. */
  readonly choices?: readonly Choice[];
}

export interface ChannelWords {
  readonly label: string;
  readonly about: string;
  readonly fields: readonly ChannelField[];
  /** Where letters go besides; missing: nowhere else. */
  readonly destination?: Pick<ChannelField, 'label' | 'about' | 'placeholder'>;
  /** Names the other side in a list, out of what is not secret. */
  readonly place: string;
}

const ca: ChannelField = {
  name: 'ca',
  label: 'Certificate of an authority of your own',
  about: 'In PEM. Left empty where the server’s certificate comes from an authority that everybody knows.',
  placeholder: '-----BEGIN CERTIFICATE-----',
  type: 'lines',
};

export const channelWords: Readonly<Record<string, ChannelWords>> = {
  smtp: {
    label: 'Mail',
    about: 'Through a mail server. Everybody names an address of their own under Settings, and confirms it.',
    place: 'host',
    fields: [
      { name: 'host', label: 'Mail server', placeholder: 'smtp.example.org', required: true },
      {
        name: 'security',
        label: 'Encryption on the way',
        choices: [
          { value: 'starttls', label: 'STARTTLS, before anything is sent' },
          { value: 'tls', label: 'TLS from the first byte' },
          { value: 'none', label: 'None, so that anybody can read it' },
        ],
      },
      { name: 'port', label: 'Port', about: 'Left empty: 587, or 465 with TLS from the first byte.', type: 'number' },
      { name: 'user', label: 'User', about: 'Left empty, nobody is logged in.' },
      { name: 'password', label: 'Password', type: 'secret' },
      { name: 'from', label: 'Address that mail comes from', placeholder: 'holdfast@example.org', required: true },
      { name: 'fromName', label: 'Name beside it', placeholder: 'Holdfast' },
      ca,
    ],
  },
  sns: {
    label: 'Amazon SNS',
    about: 'To the subscribers of a topic: mail, queues, phones, apps.',
    place: 'topic',
    fields: [
      {
        name: 'topic',
        label: 'Topic',
        placeholder: 'arn:aws:sns:eu-central-1:123456789012:holdfast',
        about: 'Its ARN. Left empty where letters go to a phone or an app instead.',
      },
      { name: 'region', label: 'Region', about: 'Left empty: that of the topic.' },
      {
        name: 'accessKeyId',
        label: 'Access key id',
        about: 'Left empty, the server uses the role or profile that it runs with.',
      },
      { name: 'secretAccessKey', label: 'Secret access key', type: 'secret' },
    ],
    destination: {
      label: 'Phone, app or other topic',
      about: 'Left empty: the topic above.',
      placeholder: '+4915112345678',
    },
  },
  webhook: {
    label: 'Webhook',
    about: 'A program over HTTPS. Each request is signed after Standard Webhooks.',
    place: '',
    fields: [
      {
        name: 'url',
        label: 'Address of the receiver',
        about: 'Kept secret, as it often holds one.',
        placeholder: 'https://hooks.example.org/…',
        type: 'secret',
        required: true,
      },
      {
        name: 'secret',
        label: 'Secret that both share',
        about: 'whsec_ and 24 to 64 bytes in base64.',
        placeholder: 'whsec_…',
        type: 'secret',
        required: true,
      },
      {
        name: 'previousSecret',
        label: 'The secret before',
        about: 'Signs as well, while the receiver changes to the new one.',
        type: 'secret',
      },
      ca,
    ],
  },
  room: {
    label: 'Chat room',
    about: 'A room of this workspace’s chat. Everybody who may enter it reads what is said there.',
    place: 'room',
    fields: [{ name: 'room', label: 'Room', placeholder: 'alerts', required: true }],
  },
  syslog: {
    label: 'Syslog',
    about: 'A log server or a SIEM, after RFC 5424.',
    place: 'host',
    fields: [
      { name: 'host', label: 'Log server', placeholder: 'logs.example.org', required: true },
      {
        name: 'transport',
        label: 'Way',
        choices: [
          { value: 'tls', label: 'TLS' },
          { value: 'tcp', label: 'TCP, which anybody can read' },
          { value: 'udp', label: 'UDP, which loses messages too' },
        ],
      },
      { name: 'port', label: 'Port', about: 'Left empty: 6514 with TLS, 601 with TCP, 514 with UDP.', type: 'number' },
      {
        name: 'facility',
        label: 'Facility',
        about: 'A number from 0 to 23. Left empty: 10, security.',
        type: 'number',
      },
      ca,
    ],
  },
  jsonl: {
    label: 'File of JSON Lines',
    about: 'A file on the server, which the collector of a SIEM reads.',
    place: 'file',
    fields: [
      {
        name: 'file',
        label: 'Name of the file',
        about: 'In the server’s folder for notices.',
        placeholder: 'notices.jsonl',
        required: true,
      },
      {
        name: 'sync',
        label: 'A line counts once it is on the disk, not in memory',
        type: 'flag',
      },
    ],
  },
};

export function kindLabel(kind: string): string {
  return channelWords[kind]?.label ?? kind;
}
