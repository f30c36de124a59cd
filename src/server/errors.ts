import { errorCatalogue } from '../base/errors.ts';

/** What goes wrong at the edge: before a feature has seen the request, or while the server starts. */
export const serverErrors = errorCatalogue({
  request_malformed: {
    status: 400,
    title: 'The request is not well-formed',
    remedy: 'Send one complete HTTP/1.1 request; see /api/docs for the shape of each call.',
  },
  request_invalid: {
    status: 422,
    title: 'A part of the request is not as the interface describes it',
    remedy: 'Correct the fields named under "fields"; /api/docs shows what each call takes.',
  },
  request_body_too_large: {
    status: 413,
    title: 'The request body is larger than this call takes',
    remedy: 'Send less. Contents of files go to the upload calls, which have no such limit.',
  },
  request_timeout: {
    status: 408,
    title: 'The request body took too long to arrive',
    remedy: 'Send the body in one go. Contents of files may take as long as they need, in the upload calls.',
  },
  request_headers_too_large: {
    status: 431,
    title: 'The request carries too many headers, or too large ones',
    remedy: 'Send fewer or smaller headers; a browser does after its cookies for this address are cleared.',
  },
  media_type_not_supported: {
    status: 415,
    title: 'This call does not take a body of this media type',
    remedy: 'Send JSON as application/json; /api/docs says which calls take other types.',
  },
  route_not_found: {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'Check the path; /api/docs lists every call.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take this method',
    remedy: 'Use a method from the Allow header of this reply.',
  },
  web_socket_expected: {
    status: 426,
    title: 'This address takes WebSockets only',
    remedy: 'Connect with a WebSocket client (RFC 6455, version 13) and the same credential as any other call.',
  },
  host_not_allowed: {
    status: 421,
    title: 'This server does not answer under this host name',
    remedy: 'Open it as http://localhost with its port, or set HOLDFAST_PUBLIC_URL to the address people use.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'A page of another site may not call this server',
    remedy: 'Open Holdfast at its own address; set HOLDFAST_PUBLIC_URL when people reach it under another one.',
  },
  origin_missing: {
    status: 403,
    title: 'A request that carries a cookie must tell which page sent it',
    remedy: 'Send it from a browser that sets Origin or Sec-Fetch-Site, or use a bearer token instead of a cookie.',
  },
  plain_request_refused: {
    status: 403,
    title: 'Off this machine Holdfast is served over TLS or behind a trusted proxy only',
    remedy:
      'Give --tls-cert and --tls-key, or set HOLDFAST_TRUSTED_PROXIES to the proxy in front; --insecure-http in a lab.',
  },
  metrics_refused: {
    status: 403,
    title: 'Metrics are told to programs on this machine, and to whoever has the token for them',
    remedy:
      'Ask from the machine itself, or set HOLDFAST_METRICS_TOKEN_FILE and bring what stands in it as a Bearer token.',
  },
  request_flood: {
    status: 429,
    title: 'Too many requests without a login from this address',
    remedy: 'Wait as long as Retry-After says. Requests of people who are logged in are not counted.',
  },
  scope_insufficient: {
    status: 403,
    title: 'This app password is not good for this',
    remedy: 'Log in, or use an app password whose scope covers it. Acts on accounts and keys always need a login.',
  },
  app_password_required: {
    status: 401,
    title: 'Basic authentication takes app passwords only',
    remedy: 'Make one with "holdfast account app-passwords add" and give it as the password, your handle as the user.',
  },
  basic_needs_tls: {
    status: 403,
    title: 'Basic authentication is taken over TLS or on this machine only',
    remedy: 'Reach the server by https.',
  },
  members_only: {
    status: 403,
    title: 'Guests may not do this',
    remedy: 'Ask a member of this workspace.',
  },
  hosts_only: {
    status: 403,
    title: 'Only a host with a token of its own calls this',
    remedy: 'Enrol the host: holdfast host enrol, then holdfast agent on it.',
  },
  admin_only: {
    status: 403,
    title: 'Only an admin of this workspace may do this',
    remedy: 'Ask an admin.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong inside Holdfast',
    remedy: 'Try again. If it stays, look for the reference in the log of the server.',
  },
  not_ready: {
    status: 503,
    title: 'The server cannot do its work now',
    remedy: 'Run `holdfast doctor`: it names what is wrong.',
  },
  shutting_down: {
    status: 503,
    title: 'The server is being stopped',
    remedy: 'Try again when it is back.',
  },
  port_taken: {
    status: 500,
    title: 'The port is used by another program',
    remedy: 'Stop that program, or choose another port with --port.',
  },
  port_denied: {
    status: 500,
    title: 'This user may not open the port',
    remedy:
      'Choose a port above 1023 with --port, let systemd open it (docs/tls.md), give the service CAP_NET_BIND_SERVICE, or put a proxy in front.',
  },
  socket_unusable: {
    status: 500,
    title: 'A socket that was handed to the server cannot be listened on',
    remedy: 'Hand over TCP sockets that listen (ListenStream= of a systemd socket unit), or unset LISTEN_FDS.',
  },
  address_not_available: {
    status: 500,
    title: 'This machine does not have the address to listen on',
    remedy: 'Give an address of this machine with --host, or leave it out.',
  },
});
