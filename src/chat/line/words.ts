/** What the server says on the line. Clients compare some of it, so it stays as it is. */

/** Without a line feed and alone in its segment: the original clients compare what one read gives them with it. */
export const ASK_NAME = 'NICKNAME';

export const words = {
  connected: 'Connected to server!',
  nameInUse: 'Name in use',
  nameInvalid: 'Not a name: 1 to 32 characters without blanks, @ and : are wanted',
  nameOfBot: 'Names that begin with a bracket are for programs',
  visitorsRefused: 'Only people with an account may speak here',
  needsTls: 'This name belongs to an account, which can be used over TLS alone',
  askPassword: (name: string) => `App password of ${name}?`,
  passwordWrong: 'Not an app password of this account for chat',
  noRoom: 'This account may not enter the room',
  busy: 'The server cannot do that now, try again later',
  full: 'The server is full, try again later',
  tooLong: 'Message too long',
  secret: 'Not sent: it holds an app password',
  locked: 'Not sent: your key is not in memory any more. Send your app password, then say it again',
  unlocked: 'Your key is in memory again',
  edited: '(edited)',
  blurred: (howMany: string, link: string) =>
    `(blurred by the rules of the room, for ${howMany}${link === '' ? '' : `: ${link} shows it`})`,
  joined: (name: string) => `${name} joined!`,
  left: (name: string) => `${name} left!`,
  unknown: (name: string) => `Nobody here is called ${name}`,
  notSent: (title: string) => `Not sent: ${title}`,
  keptOut: 'A moderator has put you out of the room',
  ended: 'Your app password is not good here any more',
} as const;
