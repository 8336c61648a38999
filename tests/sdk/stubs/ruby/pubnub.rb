# Stands in for PubNub's Ruby SDK; see ../README.md.

require 'json'

module Pubnub
  CALLS = File.join(ENV.fetch('TMPDIR'), 'calls')

  def self.new(**settings)
    Client.new(**settings)
  end

  Envelope = Struct.new(:result, :status) do
    def error?
      status[:error]
    end
  end

  class SubscribeCallback
    attr_reader :callbacks

    def initialize(**callbacks)
      @callbacks = callbacks
    end
  end

  class Client
    def initialize(subscribe_key:, publish_key:, user_id:, origin:, ssl:, logger:, heartbeat: nil)
      raise ArgumentError, 'settings' unless subscribe_key && publish_key && origin && logger && !ssl

      @user = user_id
      @heartbeat = heartbeat
    end

    def add_listener(name:, callback:)
      @listener = callback.callbacks
      raise ArgumentError, 'name' unless name
    end

    def subscribe(channels: [], channel_groups: [], with_presence: false)
      record('subscribe', listed(channels, channel_groups) + (with_presence ? ' presence' : ''))
      Thread.new do
        @listener[:presence].call(presence('a-pnpres', 'a-pnpres', 'action' => 'join', 'uuid' => @user,
                                                                   'occupancy' => 1, 'data' => { 'mood' => 'new' }))
        @listener[:presence].call(presence('a-pnpres', 'g-pnpres', 'action' => 'interval', 'occupancy' => 30,
                                                                   'join' => ['u1'], 'leave' => ['u2'],
                                                                   'timeout' => ['u3']))
        @listener[:message].call(published({ 'text' => 'hi' }, 'a'))
        @listener[:signal].call(published('typing', 'g'))
      end
    end

    def unsubscribe(http_sync:, channels: [], channel_groups: [])
      record('leave', listed(channels, channel_groups))
      answer(http_sync)
    end

    def here_now(http_sync:, channels: [], channel_groups: [], limit: nil, offset: nil)
      record('here now', listed(channels, channel_groups), "limit=#{limit}", "offset=#{offset}")
      return Envelope.new(nil, { error: true, category: 'too many' }) if limit == 1001

      uuids = ['u1', { 'uuid' => 'u2', 'state' => { 'mood' => 'idle' } }]
      return answer(http_sync, uuids: uuids, occupancy: 2) if channels.length == 1 && channel_groups.empty?

      answer(http_sync, total_occupancy: 2, channels: { 'a' => { 'uuids' => uuids, 'occupancy' => 2 } })
    end

    def where_now(http_sync:, uuid:)
      raise ArgumentError, 'uuid' unless uuid

      answer(http_sync, channels: File.exist?(CALLS) ? File.readlines(CALLS, chomp: true) : [])
    end

    def set_state(http_sync:, state:, channels: [], channel_groups: [])
      record('set state', listed(channels, channel_groups), JSON.generate(state))
      answer(http_sync, state: state)
    end

    def state(http_sync:, uuid:, channels: [], channel_groups: [])
      record('get state', listed(channels, channel_groups), uuid)
      answer(http_sync, state: { 'channels' => { 'a' => { 'mood' => 'idle' } } }, channel: nil)
    end

    def publish(http_sync:, channel:, message:, http_method:)
      record('publish', channel, JSON.generate(message), http_method.to_s.upcase)
      answer(http_sync)
    end

    def signal(http_sync:, channel:, message:)
      record('signal', channel, JSON.generate(message))
      answer(http_sync)
    end

    def channel_registration(http_sync:, action:, channel_group:, channel: nil)
      verb = { add: 'add', remove: channel ? 'remove' : 'delete', get: 'list' }.fetch(action)
      record(*[verb, channel_group, channel && [channel].flatten.join(',')].compact)
      Envelope.new({ data: action == :get ? { 'channels' => %w[a b] } : nil }, { error: !http_sync })
    end

    private

    def record(*parts)
      File.write(CALLS, "#{parts.join(' ')}\n", mode: 'a')
    end

    def listed(channels, groups)
      "#{[channels].flatten.join(',')} #{[groups].flatten.join(',')}"
    end

    def answer(synchronous, **data)
      Envelope.new({ data: data }, { error: !synchronous })
    end

    def presence(channel, match, payload)
      told = { uuid: payload['uuid'], state: payload['data'], occupancy: payload['occupancy'] }
      data = { message: payload, actual_channel: channel, subscribed_channel: match,
               presence_event: payload['action'], presence: told }
      Envelope.new({ data: data }, { error: false, data: {} })
    end

    def published(message, match)
      data = { message: message, actual_channel: 'a', subscribed_channel: match, presence: nil }
      Envelope.new({ data: data }, { error: false, data: { issuing_client_id: 'u1' } })
    end
  end
end
