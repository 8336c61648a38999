// PubNub's official JavaScript SDK under Node as a foreign process: `node.mjs engine ORIGIN` or
// `node.mjs classic ORIGIN`. HERENOW_NODE_MODULES names the folder that holds the pubnub package.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

import { Clients } from './clients.mjs';

// Older versions complain on stdout, which is for the exam.
globalThis.console = new console.Console(process.stderr);

const PubNub = createRequire(join(process.env.HERENOW_NODE_MODULES, 'any'))('pubnub');
const [loop, origin] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const clients = new Clients({ PubNub, loop, origin, say });

for await (const line of createInterface({ input: process.stdin })) {
  await clients.answer(JSON.parse(line));
}
process.exit(0);
