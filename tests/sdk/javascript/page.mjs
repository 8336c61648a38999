// What runs in the page: the same clients as under Node, and what any page can do without an SDK.

import { Clients } from './clients.mjs';

const words = new URLSearchParams(location.search);

// One after the other, so that the exam reads them as they were said.
let saying = Promise.resolve();
function say(line) {
  saying = saying.then(() => fetch('/said', { method: 'POST', body: JSON.stringify(line) }));
}

const clients = new Clients({ PubNub: window.PubNub, loop: words.get('loop'), origin: words.get('origin'), say });

// `fetch`, as a page does it: what it could read of the answer, or null where the browser kept it from that.
async function fetched({ url, ...options }) {
  try {
    const answer = await fetch(url, options);
    return { status: answer.status, body: answer.type === 'opaque' ? null : await answer.text() };
  } catch {
    return null;
  }
}

const lines = new EventSource('/lines');
let turn = Promise.resolve();
lines.onmessage = ({ data }) => {
  const line = JSON.parse(data);
  turn = turn.then(async () => (line.do === 'fetch' ? say({ ok: await fetched(line.request) }) : clients.answer(line)));
};
