import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../../base/formats/html.ts';
import { htmlPage, sendHtml } from './html.ts';

/**
 * What a person sees who opens the server's address in a browser while the web app is not built. `origin` is where people
 * reach it.
 */
export function sendHomePage(reply: FastifyReply, origin: string): FastifyReply {
  return sendHtml(reply, homePage(origin));
}

function homePage(origin: string): string {
  const url = escapeHtml(origin);
  return htmlPage(
    'Holdfast',
    `<header class="page"><h1>Holdfast</h1>
<p>This is a private workspace. Every file in it is encrypted before it is stored, every change is kept as a version,
and there are two copies of everything.</p></header>
<main>
<p>The web app is not built, so there are no pages to work in here. Whoever runs this server builds it in the checkout,
then opens this page again; the server need not be started anew:</p>
<pre>npm ci &amp;&amp; npm run build</pre>
<p class="soft">Everything works from the command line as well, and for programs through <a href="/api/docs">its
interface</a>.</p>
<h2>Sign up</h2>
<p>On a computer that has Holdfast, in a terminal:</p>
<pre>holdfast signup ${url} --name "Ada Lovelace" --email ada@example.org</pre>
<p>The first account needs the setup code that the server printed when it started. From a checkout, write
<code>./holdfast</code> instead of <code>holdfast</code>.</p>
<h2>Store and fetch</h2>
<pre>holdfast put report.pdf /
holdfast ls /
holdfast get /report.pdf report-again.pdf</pre>
<p class="soft">A file can be opened by the people in its drive and by nobody else who holds the disks. The server itself
can read it while one of them is signed in.</p>
</main>`,
  );
}
