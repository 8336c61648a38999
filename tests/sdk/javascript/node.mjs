// PubNub's official JavaScript SDK as a foreign process: `node.mjs engine ORIGIN` or
// `node.mjs classic ORIGIN`. HERENOW_NODE_MODULES names the folder that holds the pubnub package.
//
// The words it understands are told in tests/sdk/adapter.rs. The SDK has two subscribe loops, with and
// without `enableEventEngine`.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const PubNub = createRequire(join(process.env.HERENOW_NODE_MODULES, 'any'))('pubnub');
const [loop, origin] = process.argv.slice(2);
const clients = new Map();

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// Tells everything that one client hears.
function listener(name) {
  const published = (event) => (heard) =>
    say({
      event,
      as: name,
      channel: heard.channel,
      subscription: heard.subscription,
      user: heard.publisher,
      message: heard.message,
    });
  return {
    message: published('message'),
    signal: published('signal'),
    presence: (heard) =>
      say({
        event: 'presence',
        as: name,
        action: heard.action,
        channel: heard.channel,
        subscription: heard.subscription,
        user: heard.uuid,
        occupancy: heard.occupancy,
        state: heard.state,
        joined: heard.join,
        left: heard.leave,
        timed_out: heard.timeout,
      }),
  };
}

function connect({ as, user, timeout }) {
  const client = new PubNub({
    subscribeKey: 'demo',
    publishKey: 'demo',
    userId: user,
    origin,
    ssl: false,
    enableEventEngine: loop === 'engine',
    ...(timeout ? { presenceTimeout: timeout } : {}),
  });
  client.addListener(listener(as));
  clients.set(as, client);
}

function hereNowTold(answer) {
  const channels = Object.entries(answer.channels).map(([name, { occupancy, occupants }]) => {
    const users = Object.fromEntries(occupants.map(({ uuid, state }) => [uuid, state ?? null]));
    return [name, { occupancy, users }];
  });
  return { occupancy: answer.totalOccupancy, channels: Object.fromEntries(channels) };
}

// What the SDK is told to do, and what it answers.
const ORDERS = {
  subscribe: (client, { channels, groups, presence }) =>
    client.subscribe({ channels, channelGroups: groups, withPresence: presence }),
  unsubscribe: (client, { channels, groups }) => client.unsubscribe({ channels, channelGroups: groups }),
  leave: (client) => client.unsubscribeAll(),
  'here now': async (client, { channels, groups, with_state, with_users, limit, offset }) =>
    hereNowTold(
      await client.hereNow({
        channels,
        channelGroups: groups,
        includeState: with_state,
        includeUUIDs: with_users,
        ...(limit === null ? {} : { limit }),
        ...(offset === null ? {} : { offset }),
      }),
    ),
  'where now': async (client, { user }) => (await client.whereNow({ uuid: user })).channels,
  'set state': async (client, { channels, groups, state }) =>
    (await client.setState({ channels, channelGroups: groups, state })).state,
  'get state': async (client, { channels, groups, user }) =>
    (await client.getState({ channels, channelGroups: groups, uuid: user })).channels,
  publish: async (client, { channel, message, post }) => {
    await client.publish({ channel, message, sendByPost: post });
  },
  signal: async (client, { channel, message }) => {
    await client.signal({ channel, message });
  },
  'add to group': async (client, { group, channels }) => {
    await client.channelGroups.addChannels({ channelGroup: group, channels });
  },
  'remove from group': async (client, { group, channels }) => {
    await client.channelGroups.removeChannels({ channelGroup: group, channels });
  },
  'list group': async (client, { group }) =>
    (await client.channelGroups.listChannels({ channelGroup: group })).channels,
  'delete group': async (client, { group }) => {
    await client.channelGroups.deleteGroup({ channelGroup: group });
  },
};

// The SDK says "REST API request processing error"; what the service said is in the status.
function problem(error) {
  const said = error.status?.errorData ?? error.status?.message;
  return [error.name, error.message, said && JSON.stringify(said)].filter(Boolean).join(': ');
}

for await (const line of createInterface({ input: process.stdin })) {
  const words = JSON.parse(line);
  try {
    const answer = words.do === 'connect' ? connect(words) : await ORDERS[words.do](clients.get(words.as), words);
    say({ ok: answer ?? null });
  } catch (error) {
    say({ error: problem(error) });
  }
}
process.exit(0);
