// The clients of one adapter, by name: PubNub's JavaScript SDK under Node or in a page. The words they
// understand are told in tests/sdk/adapter.rs. The SDK has two subscribe loops, with and without
// `enableEventEngine`.

export class Clients {
  #PubNub;
  #loop;
  #origin;
  #say;
  #byName = new Map();

  // `say` takes a line for the exam.
  constructor({ PubNub, loop, origin, say }) {
    this.#PubNub = PubNub;
    this.#loop = loop;
    this.#origin = origin;
    this.#say = say;
  }

  // Do what a line asks for, and say what came of it.
  async answer(words) {
    try {
      const answer = words.do === 'connect' ? this.#connect(words) : await ORDERS[words.do](this.#byName.get(words.as), words);
      this.#say({ ok: answer ?? null });
    } catch (error) {
      this.#say({ error: problem(error) });
    }
  }

  #connect({ as, user, timeout }) {
    const settings = {
      subscribeKey: 'demo',
      publishKey: 'demo',
      origin: this.#origin,
      ssl: false,
      enableEventEngine: this.#loop === 'engine',
      ...(timeout ? { presenceTimeout: timeout } : {}),
    };
    const client = this.#create(settings, user);
    client.addListener(listener(as, this.#say));
    this.#byName.set(as, client);
  }

  // Versions before 7 know the user id by its older name only, and either refuse the newer one or pass
  // over it; no version takes both.
  #create(settings, user) {
    try {
      const client = new this.#PubNub({ ...settings, userId: user });
      if (client.getUUID() === user) return client;
    } catch {
      // As below.
    }
    return new this.#PubNub({ ...settings, uuid: user });
  }
}

// Tells everything that one client hears.
function listener(name, say) {
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
