import { errorCatalogue } from '../errors.ts';

/** What can go wrong on the person's own machine, before or around a request. Status 400 is wrong usage: exit code 2. */
export const commandErrors = errorCatalogue({
  usage_invalid: {
    status: 400,
    title: 'The command was not understood',
    remedy: 'Run it with --help to see three examples and all options.',
  },
  secret_required: {
    status: 400,
    title: 'A secret is needed and there is no terminal to ask on',
    remedy: 'Give it in a file (--password-file FILE) or on standard input (--password-file -).',
  },
  secret_file_unusable: {
    status: 400,
    title: 'The file with the secret cannot be used',
    remedy: 'Name a text file with the secret alone on its first line, or "-" to read standard input.',
  },
  login_required: {
    status: 401,
    title: 'You are not signed in on this computer',
    remedy: 'Run: holdfast login URL --email E',
  },
  server_url_invalid: {
    status: 400,
    title: 'That is not the address of a server',
    remedy: 'Give an address such as https://files.example.org or http://localhost:8080.',
  },
  plain_http_refused: {
    status: 400,
    title: 'Passwords and sessions are never sent over plain HTTP to another computer',
    remedy:
      'Use the https:// address of the server, or a tunnel (ssh -L 8080:localhost:8080 HOST) and http://localhost:8080.',
  },
  server_unreachable: {
    status: 503,
    title: 'The server cannot be reached',
    remedy: 'Check that it is running and that the address is right, then run the command again.',
  },
  server_certificate_refused: {
    status: 503,
    title: 'The certificate of the server is not trusted by this computer',
    remedy: 'Check the address. For a private certificate authority set NODE_EXTRA_CA_CERTS to its certificate file.',
  },
  live_refused: {
    status: 400,
    title: 'The server takes no live connection from here',
    remedy:
      'Log in again if your session is over; else wait a little, and check that a proxy on the way lets WebSockets through.',
  },
  server_stalled: {
    status: 504,
    title: 'The server stopped answering',
    remedy: 'Run the command again; what was already stored or fetched is skipped.',
  },
  connection_lost: {
    status: 503,
    title: 'The connection broke before the answer was complete',
    remedy: 'Run the command again; what was already stored or fetched is skipped.',
  },
  reply_unreadable: {
    status: 502,
    title: 'The answer does not come from a Holdfast server of this version',
    remedy: 'Check the address, and that a proxy on the way does not answer in its place.',
  },
  session_file_invalid: {
    status: 500,
    title: 'The file that holds your session cannot be used',
    remedy: 'Make the file readable and writable for you alone, or delete it and log in again.',
  },
  output_file_exists: {
    status: 409,
    title: 'There is already a file of that name, and it is never overwritten',
    remedy: 'Name another file, or move that one away.',
  },
  output_file_failed: {
    status: 500,
    title: 'The file could not be written',
    remedy: 'Check that the folder exists, that you may write into it and that the disk has room.',
  },
  output_lost: {
    status: 500,
    title: 'What was to be printed could not be written',
    remedy: 'Check that the disk it is written to has room, then run the command again.',
  },
  interrupted: {
    status: 499,
    title: 'Stopped before it was finished',
    remedy: 'Run the command again to go on; nothing is left half-written.',
  },
});
