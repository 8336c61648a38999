<?php

// Stands in for PubNub's PHP SDK; see ../README.md.

declare(strict_types=1);

namespace PubNub {
    function record(string ...$parts): void
    {
        file_put_contents(getenv('TMPDIR') . '/calls', implode(' ', $parts) . "\n", FILE_APPEND);
    }

    function recorded(): array
    {
        return file(getenv('TMPDIR') . '/calls', FILE_IGNORE_NEW_LINES) ?: [];
    }

    class PNConfiguration
    {
        public string $user = '';

        public function setSubscribeKey(string $key): void
        {
        }

        public function setPublishKey(string $key): void
        {
        }

        public function setUuid(string $user): void
        {
            $this->user = $user;
        }

        public function setOrigin(string $origin): void
        {
        }

        public function setSecure(bool $secure): void
        {
        }
    }

    /** What the SDK's results are: getters, and nothing else. */
    class Result
    {
        public function __construct(private array $values)
        {
        }

        public function __call(string $name, array $none): mixed
        {
            return $this->values[$name] ?? null;
        }
    }

    /** A presence event has these three in newer versions, and whoever asks looks for them. */
    class PresenceResult extends Result
    {
        public function getJoin(): ?array
        {
            return $this->__call('getJoin', []);
        }

        public function getLeave(): ?array
        {
            return $this->__call('getLeave', []);
        }

        public function getTimeout(): ?array
        {
            return $this->__call('getTimeout', []);
        }
    }

    /** A call: what is set on it, and what it does in the end. */
    class Call
    {
        protected array $set = [];

        public function __construct(private array $setters, private \Closure $end)
        {
        }

        public function __call(string $name, array $arguments): static
        {
            if (!in_array($name, $this->setters, true)) {
                throw new \Error("no method $name");
            }
            $this->set[$name] = $arguments[0] ?? true;
            return $this;
        }

        public function sync(): mixed
        {
            return ($this->end)($this->set);
        }

        public function execute(): void
        {
            ($this->end)($this->set);
        }
    }

    function listed(array $set): string
    {
        return implode(',', $set['channels'] ?? []) . ' ' . implode(',', $set['channelGroups'] ?? $set['groups'] ?? []);
    }

    class PubNub
    {
        private array $listeners = [];

        public function __construct(private PNConfiguration $config)
        {
        }

        public function addListener(Callbacks\SubscribeCallback $listener): void
        {
            $this->listeners[] = $listener;
        }

        public function subscribe(): Call
        {
            return new Call(['channels', 'channelGroups', 'withPresence'], function (array $set): void {
                record('subscribe', listed($set) . (isset($set['withPresence']) ? ' presence' : ''));
                echo 'something that is not for the exam';
                [$listener] = $this->listeners;
                $listener->presence($this, new PresenceResult(['getEvent' => 'join', 'getChannel' => 'a',
                    'getUuid' => $this->config->user, 'getOccupancy' => 1, 'getState' => ['mood' => 'new']]));
                $listener->presence($this, new PresenceResult(['getEvent' => 'interval', 'getChannel' => 'a',
                    'getSubscription' => 'g', 'getOccupancy' => 30, 'getJoin' => ['u1'], 'getLeave' => ['u2'],
                    'getTimeout' => ['u3']]));
                $listener->message($this, new Result(['getMessage' => ['text' => 'hi'], 'getChannel' => 'a',
                    'getPublisher' => 'u1']));
                $listener->signal($this, new Result(['getMessage' => 'typing', 'getChannel' => 'a',
                    'getSubscription' => 'g', 'getPublisher' => 'u1']));
                // As the SDK: nothing else, until the process is ended.
                while (true) {
                    sleep(60);
                }
            });
        }

        public function hereNow(): Call
        {
            $setters = ['channels', 'channelGroups', 'includeState', 'includeUuids', 'limit', 'offset'];
            return new Call($setters, function (array $set): Result {
                [$limit, $offset] = [$set['limit'] ?? '', $set['offset'] ?? ''];
                record('here now', listed($set), "limit=$limit", "offset=$offset");
                if ($limit === 1001) {
                    throw new Exceptions\PubNubServerException('too many');
                }
                $occupants = [new Result(['getUuid' => 'u1']),
                    new Result(['getUuid' => 'u2', 'getState' => ['mood' => 'idle']])];
                $channel = ['getChannelName' => 'a', 'getOccupancy' => 2, 'getOccupants' => $occupants];
                return new Result(['getTotalOccupancy' => 2, 'getChannels' => [new Result($channel)]]);
            });
        }

        public function whereNow(): Call
        {
            return new Call(['uuid'], fn (array $set) => new Result(['getChannels' => recorded()]));
        }

        public function setState(): Call
        {
            return new Call(['channels', 'channelGroups', 'state'], function (array $set): Result {
                record('set state', listed($set), json_encode($set['state']));
                return new Result(['getState' => $set['state']]);
            });
        }

        public function getState(): Call
        {
            return new Call(['channels', 'channelGroups', 'uuid'], function (array $set): Result {
                record('get state', listed($set), $set['uuid']);
                return new Result(['getChannels' => ['a' => ['mood' => 'idle']]]);
            });
        }

        public function publish(): Call
        {
            return new Call(['channel', 'message', 'usePost'], function (array $set): void {
                record('publish', $set['channel'], json_encode($set['message']), $set['usePost'] ? 'POST' : 'GET');
            });
        }

        public function signal(): Call
        {
            return new Call(['channel', 'message'], function (array $set): void {
                record('signal', $set['channel'], json_encode($set['message']));
            });
        }

        public function addChannelToChannelGroup(): Call
        {
            return new Call(['channels', 'channelGroup'], function (array $set): void {
                record('add', $set['channelGroup'], implode(',', $set['channels']));
            });
        }

        public function removeChannelFromChannelGroup(): Call
        {
            return new Call(['channels', 'channelGroup'], function (array $set): void {
                record('remove', $set['channelGroup'], implode(',', $set['channels']));
            });
        }

        public function listChannelsInChannelGroup(): Call
        {
            return new Call(['channelGroup'], function (array $set): Result {
                record('list', $set['channelGroup']);
                return new Result(['getChannels' => ['a', 'b']]);
            });
        }

        public function removeChannelGroup(): Call
        {
            return new Call(['channelGroup'], function (array $set): void {
                record('delete', $set['channelGroup']);
            });
        }
    }
}

namespace PubNub\Callbacks {
    abstract class SubscribeCallback
    {
        abstract public function status($pubnub, $status);

        abstract public function message($pubnub, $message);

        abstract public function presence($pubnub, $presence);

        public function signal($pubnub, $signal)
        {
        }
    }
}

namespace PubNub\Exceptions {
    class PubNubServerException extends \Exception
    {
        public function getBody(): mixed
        {
            return null;
        }
    }
}

namespace PubNub\Endpoints\Presence {
    use PubNub\Call;
    use PubNub\PubNub;

    class Leave extends Call
    {
        public function __construct(PubNub $pubnub)
        {
            parent::__construct(['channels', 'groups'], function (array $set): void {
                \PubNub\record('leave', \PubNub\listed($set));
            });
        }
    }
}
