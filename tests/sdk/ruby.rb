# PubNub's official Ruby SDK as a foreign process: `ruby.rb ORIGIN`. The words it understands are told in
# tests/sdk/adapter.rs.

require 'json'
require 'logger'
require 'pubnub'

PRINTING = Mutex.new

def say(line)
  PRINTING.synchronize do
    $stdout.write("#{JSON.generate(line)}\n")
    $stdout.flush
  end
end

# The SDK tells the names of presence channels as they are in the request.
def stripped(name)
  name&.to_s&.delete_suffix('-pnpres')
end

# Told with every envelope; a subscription that is the channel itself is none.
def place(envelope)
  data = envelope.result[:data]
  channel = stripped(data[:actual_channel])
  subscription = stripped(data[:subscribed_channel])
  { channel: channel, subscription: subscription == channel ? nil : subscription }
end

def published(event, name, envelope)
  sent_by = (envelope.status[:data] || {})[:issuing_client_id]
  say({ event: event, as: name, user: sent_by, message: envelope.result[:data][:message] }.merge(place(envelope)))
end

# The event as it came is the message of its envelope; the SDK reads no more than four of its fields.
def presence(name, envelope)
  data = envelope.result[:data]
  told = data[:presence] || {}
  raw = data[:message].is_a?(Hash) ? data[:message] : {}
  say({ event: 'presence', as: name, action: data[:presence_event], user: told[:uuid], occupancy: told[:occupancy],
        state: told[:state], joined: raw['join'] || [], left: raw['leave'] || [],
        timed_out: raw['timeout'] || [] }.merge(place(envelope)))
end

def listener(name)
  Pubnub::SubscribeCallback.new(
    message: ->(envelope) { published('message', name, envelope) },
    signal: ->(envelope) { published('signal', name, envelope) },
    presence: ->(envelope) { presence(name, envelope) },
    status: ->(_envelope) {}
  )
end

# One user, and what they are subscribed to: the SDK has no word for leaving everything.
class Client
  def initialize(origin, words)
    settings = { subscribe_key: 'demo', publish_key: 'demo', user_id: words['user'], origin: origin, ssl: false,
                 logger: Logger.new(File::NULL) }
    # One number is the presence timeout and the interval between heartbeats.
    settings[:heartbeat] = words['timeout'] if words['timeout'].positive?
    @pubnub = Pubnub.new(**settings)
    @pubnub.add_listener(name: words['as'], callback: listener(words['as']))
    @channels = []
    @groups = []
  end

  def does(words)
    case words['do']
    when 'subscribe' then subscribe(words)
    when 'unsubscribe' then unsubscribe(words['channels'], words['groups'])
    when 'leave' then unsubscribe(@channels.dup, @groups.dup)
    when 'here now' then here_now(words)
    when 'where now' then ask(:where_now, uuid: words['user'])[:channels]
    when 'set state' then ask(:set_state, **names(words), state: words['state'])[:state]
    when 'get state' then state_told(ask(:state, **names(words), uuid: words['user']))
    when 'publish'
      ask(:publish, channel: words['channel'], message: words['message'], http_method: words['post'] ? :post : :get)
      nil
    when 'signal'
      ask(:signal, channel: words['channel'], message: words['message'])
      nil
    else registration(words)
    end
  end

  private

  # Wait for the answer; raise what the service said where it refused.
  def ask(call, **options)
    envelope = [@pubnub.public_send(call, http_sync: true, **options)].flatten.first
    raise refusal(envelope) if envelope.error?

    (envelope.result && envelope.result[:data]) || {}
  end

  def refusal(envelope)
    response = envelope.status[:server_response]
    response.respond_to?(:body) ? response.body.to_s : envelope.status[:category].to_s
  end

  def names(words)
    { channels: words['channels'], channel_groups: words['groups'] }.reject { |_, names| names.empty? }
  end

  def subscribe(words)
    @pubnub.subscribe(**names(words), with_presence: words['presence'])
    @channels |= words['channels']
    @groups |= words['groups']
    nil
  end

  def unsubscribe(channels, groups)
    return nil if channels.empty? && groups.empty?

    @pubnub.unsubscribe(**names('channels' => channels, 'groups' => groups), http_sync: true)
    @channels -= channels
    @groups -= groups
    nil
  end

  def here_now(words)
    raise 'the SDK has no option for states' if words['with_state']
    raise 'the SDK has no option for counts' unless words['with_users']

    pages = { limit: words['limit'], offset: words['offset'] }.compact
    data = ask(:here_now, **names(words), **pages)
    unless data[:channels]
      channels = { words['channels'].first => channel_told(data[:uuids], data[:occupancy]) }
      return { occupancy: data[:occupancy], channels: channels }
    end
    channels = data[:channels].transform_values { |channel| channel_told(channel['uuids'], channel['occupancy']) }
    { occupancy: data[:total_occupancy], channels: channels }
  end

  def channel_told(uuids, occupancy)
    users = (uuids || []).to_h { |user| user.is_a?(Hash) ? [user['uuid'], user['state']] : [user, nil] }
    { occupancy: occupancy, users: users }
  end

  # For one channel the SDK names it; for several its "state" is the answer's payload.
  def state_told(data)
    data[:channel] ? { data[:channel] => data[:state] } : data[:state]['channels']
  end

  def registration(words)
    group = { channel_group: words['group'] }
    case words['do']
    when 'add to group' then ask(:channel_registration, action: :add, channel: words['channels'], **group)
    when 'remove from group' then ask(:channel_registration, action: :remove, channel: words['channels'], **group)
    when 'delete group' then ask(:channel_registration, action: :remove, **group)
    when 'list group' then return ask(:channel_registration, action: :get, **group)['channels']
    else raise "unknown: #{words['do']}"
    end
    nil
  end
end

origin = ARGV.fetch(0)
clients = {}
$stdin.each_line do |line|
  words = JSON.parse(line)
  if words['do'] == 'connect'
    clients[words['as']] = Client.new(origin, words)
    say({ ok: nil })
  else
    say({ ok: clients.fetch(words['as']).does(words) })
  end
rescue StandardError => e
  say({ error: "#{e.class}: #{e.message}" })
end
# Without this the SDK would go on in its threads.
exit!(0)
