"""The mail server of the tests: Debian's aiosmtpd, with some receivers that it treats badly.

Usage: mail-server.py starttls|tls|tls-open|none CERT KEY; the last two log nobody in. Tells of itself and of every mail as JSON, one line each; ends with stdin.
"""

import asyncio
import base64
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# It warns of what the tests do on purpose.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

USER, PASSWORD = b"holdfast", b"correct horse battery"


def say(**event):
    print(json.dumps(event), flush=True)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("forged@"):
            return "553 5.7.1 This is not your address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "unknown":
            return f"550 5.1.1 <{address}> does not live here"
        if name == "greylisted":
            return "451 4.7.1 Greylisted, come back later"
        if name == "hanging":
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("filtered@"):
            return "554 5.6.0 This message is not taken"
        say(
            event="mail",
            sender=envelope.mail_from,
            receivers=envelope.rcpt_tos,
            authenticated=bool(session.authenticated),
            encrypted=session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            content=base64.b64encode(envelope.original_content).decode(),
        )
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        say(event="quit", authenticated=bool(session.authenticated))
        return "221 Bye"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.login == USER and data.password == PASSWORD
    return AuthResult(success=right, handled=False)


async def main(security, cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    wants_login = security in ("starttls", "tls")

    def server():
        return SMTP(
            Handler(),
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            auth_required=wants_login,
            # Over TLS from the start aiosmtpd does not see the TLS, and offers no login with this.
            auth_require_tls=security != "tls",
            authenticator=authenticate if wants_login else None,
            auth_exclude_mechanism=[] if wants_login else ["LOGIN", "PLAIN"],
        )

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server, "127.0.0.1", 0, ssl=context if security.startswith("tls") else None)
    say(event="listening", port=listening.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:4]))
