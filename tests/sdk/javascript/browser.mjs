// PubNub's official JavaScript SDK in a page of headless Chromium, as a foreign process:
// `browser.mjs HOST LOOP ORIGIN`, where HOST is what the page's own address says; any name leads to this
// machine. HERENOW_CHROMIUM names the browser, HERENOW_NODE_MODULES the folder with the pubnub package.
//
// It serves the page on a port of its own, passes it the lines of standard input, and prints those that
// the page posts.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [host, loop, origin] = process.argv.slice(2);

const beside = (file) => readFileSync(new URL(file, import.meta.url));
const FILES = new Map([
  ['/', ['text/html', '<!doctype html><title>adapter</title><script src="/pubnub.js"></script><script type="module" src="/page.mjs"></script>']],
  ['/pubnub.js', ['text/javascript', readFileSync(join(process.env.HERENOW_NODE_MODULES, 'pubnub/dist/web/pubnub.min.js'))]],
  ['/page.mjs', ['text/javascript', beside('page.mjs')]],
  ['/clients.mjs', ['text/javascript', beside('clients.mjs')]],
]);

// Lines for the page: as server-sent events, in order, kept until it listens.
const waiting = [];
let page = null;

function pass(line) {
  if (page) page.write(`data: ${line}\n\n`);
  else waiting.push(line);
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://any').pathname;
  if (path === '/lines') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    page = response;
    waiting.splice(0).forEach(pass);
  } else if (path === '/said') {
    let said = '';
    request.setEncoding('utf8');
    request.on('data', (part) => (said += part));
    request.on('end', () => {
      process.stdout.write(`${said}\n`);
      response.writeHead(204).end();
    });
  } else if (FILES.has(path)) {
    const [type, content] = FILES.get(path);
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(content);
  } else {
    response.writeHead(404).end();
  }
});

server.listen(0, '127.0.0.1', () => {
  const profile = mkdtempSync(join(tmpdir(), 'herenow-browser-'));
  const words = new URLSearchParams({ loop, origin });
  const browser = spawn(
    process.env.HERENOW_CHROMIUM,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A page that nobody looks at is not to be slowed down.
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--host-resolver-rules=MAP * 127.0.0.1',
      `--user-data-dir=${profile}`,
      `http://${host}:${server.address().port}/?${words}`,
    ],
    { stdio: ['ignore', 'ignore', process.env.HERENOW_BROWSER_LOG ? 'inherit' : 'ignore'] },
  );
  const end = () => {
    browser.kill('SIGKILL');
    browser.once('exit', () => {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      process.exit(0);
    });
  };
  browser.once('error', (error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', pass);
  lines.on('close', end);
});
