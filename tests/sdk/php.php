<?php

// PubNub's official PHP SDK as a foreign process: `php.php ORIGIN`. HERENOW_PHP names the autoload.php by
// which Composer loads it. The words it understands are told in tests/sdk/adapter.rs.
//
// The SDK subscribes for as long as the process does nothing else. So every user that is subscribed has a
// process more, `php.php ORIGIN NAME USER CHANNELS GROUPS PRESENCE`, which says what it hears; it is
// replaced when the list changes, and ended before a leave, which the SDK sends by the same class when a
// listener asks for it. Nothing in the SDK sends heartbeats or a presence timeout.

declare(strict_types=1);

use PubNub\Callbacks\SubscribeCallback;
use PubNub\Endpoints\Presence\Leave;
use PubNub\Exceptions\PubNubServerException;
use PubNub\PNConfiguration;
use PubNub\PubNub;

require getenv('HERENOW_PHP');

// It prints some of its troubles, which are not for the exam.
ob_start(static fn (string $printed): string => '');

const JSON = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

function say(array $line): void
{
    fwrite(STDOUT, json_encode($line, JSON) . "\n");
}

function client(string $origin, string $user): PubNub
{
    $config = new PNConfiguration();
    $config->setSubscribeKey('demo');
    $config->setPublishKey('demo');
    $config->setUuid($user);
    $config->setOrigin($origin);
    $config->setSecure(false);
    return new PubNub($config);
}

/** An empty array is a map here, never a list. */
function map(array $entries): object
{
    return (object) $entries;
}

/** Tells everything that one client hears. */
final class Listener extends SubscribeCallback
{
    public function __construct(private string $name)
    {
    }

    public function status($pubnub, $status)
    {
    }

    public function message($pubnub, $message)
    {
        $this->published('message', $message);
    }

    public function signal($pubnub, $signal)
    {
        $this->published('signal', $signal);
    }

    public function presence($pubnub, $presence)
    {
        say([
            'event' => 'presence',
            'as' => $this->name,
            'action' => $presence->getEvent(),
            'channel' => $presence->getChannel(),
            'subscription' => $presence->getSubscription(),
            'user' => $presence->getUuid(),
            'occupancy' => $presence->getOccupancy(),
            'state' => $presence->getState(),
            'joined' => $this->listed($presence, 'getJoin'),
            'left' => $this->listed($presence, 'getLeave'),
            'timed_out' => $this->listed($presence, 'getTimeout'),
        ]);
    }

    /** Not every version reads them. */
    private function listed(object $presence, string $getter): array
    {
        return method_exists($presence, $getter) ? $presence->$getter() ?? [] : [];
    }

    private function published(string $event, object $heard): void
    {
        say([
            'event' => $event,
            'as' => $this->name,
            'channel' => $heard->getChannel(),
            'subscription' => $heard->getSubscription(),
            'user' => $heard->getPublisher(),
            'message' => $heard->getMessage(),
        ]);
    }
}

/** What a process does that is there for one subscription. */
function listen(string $origin, string $name, string $user, string $channels, string $groups, string $presence): void
{
    $pubnub = client($origin, $user);
    $pubnub->addListener(new Listener($name));
    $builder = $pubnub->subscribe();
    if ($channels !== '') {
        $builder->channels(explode(',', $channels));
    }
    if ($groups !== '') {
        $builder->channelGroups(explode(',', $groups));
    }
    if ($presence === 'true') {
        $builder->withPresence();
    }
    $builder->execute();
}

/** One user, with the process that listens for them. */
final class Client
{
    private PubNub $pubnub;
    private array $channels = [];
    private array $groups = [];
    private bool $presence = false;
    private $listening = null;

    public function __construct(private string $origin, private string $name, private string $user)
    {
        $this->pubnub = client($origin, $user);
    }

    public function does(array $words): mixed
    {
        $call = [
            'subscribe' => $this->subscribe(...),
            'unsubscribe' => fn ($words) => $this->unsubscribe($words['channels'], $words['groups']),
            'leave' => fn () => $this->unsubscribe($this->channels, $this->groups),
            'here now' => $this->hereNow(...),
            'where now' => fn ($words) => $this->pubnub->whereNow()->uuid($words['user'])->sync()->getChannels(),
            'set state' => fn ($words) =>
                $this->named($this->pubnub->setState(), $words)->state($words['state'])->sync()->getState(),
            'get state' => fn ($words) =>
                map($this->named($this->pubnub->getState(), $words)->uuid($words['user'])->sync()->getChannels()),
            'publish' => $this->publish(...),
            'signal' => $this->signal(...),
            'add to group' => fn ($words) => $this->group($this->pubnub->addChannelToChannelGroup(), $words),
            'remove from group' => fn ($words) => $this->group($this->pubnub->removeChannelFromChannelGroup(), $words),
            'list group' => fn ($words) =>
                $this->pubnub->listChannelsInChannelGroup()->channelGroup($words['group'])->sync()->getChannels(),
            'delete group' => $this->deleteGroup(...),
        ][$words['do']] ?? throw new RuntimeException("unknown: {$words['do']}");
        return $call($words);
    }

    private function named(object $call, array $words): object
    {
        if ($words['channels']) {
            $call->channels($words['channels']);
        }
        if ($words['groups']) {
            $call->channelGroups($words['groups']);
        }
        return $call;
    }

    private function subscribe(array $words): mixed
    {
        $this->channels = array_values(array_unique([...$this->channels, ...$words['channels']]));
        $this->groups = array_values(array_unique([...$this->groups, ...$words['groups']]));
        $this->presence = $this->presence || $words['presence'];
        $this->listenAgain();
        return null;
    }

    private function unsubscribe(array $channels, array $groups): mixed
    {
        if (!$channels && !$groups) {
            return null;
        }
        $this->channels = array_values(array_diff($this->channels, $channels));
        $this->groups = array_values(array_diff($this->groups, $groups));
        $this->listenAgain();
        $leave = new Leave($this->pubnub);
        if ($channels) {
            $leave->channels($channels);
        }
        if ($groups) {
            $leave->groups($groups);
        }
        $leave->sync();
        return null;
    }

    private function listenAgain(): void
    {
        if ($this->listening) {
            proc_terminate($this->listening, 9);
            proc_close($this->listening);
            $this->listening = null;
        }
        if ($this->channels || $this->groups) {
            $command = [PHP_BINARY, __FILE__, $this->origin, $this->name, $this->user, implode(',', $this->channels),
                implode(',', $this->groups), $this->presence ? 'true' : 'false'];
            $this->listening = proc_open($command, [['file', '/dev/null', 'r'], STDOUT, STDERR], $pipes);
        }
    }

    private function hereNow(array $words): array
    {
        $ask = $this->named($this->pubnub->hereNow(), $words);
        $ask->includeState($words['with_state'])->includeUuids($words['with_users']);
        foreach (['limit', 'offset'] as $page) {
            if ($words[$page] !== null) {
                $ask->$page($words[$page]);
            }
        }
        $answer = $ask->sync();
        $channels = [];
        foreach ($answer->getChannels() as $channel) {
            $users = [];
            foreach ($channel->getOccupants() ?? [] as $occupant) {
                $users[$occupant->getUuid()] = $occupant->getState();
            }
            $channels[$channel->getChannelName()] = ['occupancy' => $channel->getOccupancy(), 'users' => map($users)];
        }
        return ['occupancy' => $answer->getTotalOccupancy(), 'channels' => map($channels)];
    }

    private function publish(array $words): mixed
    {
        $call = $this->pubnub->publish()->channel($words['channel'])->message($words['message']);
        $call->usePost($words['post'])->sync();
        return null;
    }

    private function signal(array $words): mixed
    {
        $this->pubnub->signal()->channel($words['channel'])->message($words['message'])->sync();
        return null;
    }

    private function group(object $call, array $words): mixed
    {
        $call->channelGroup($words['group'])->channels($words['channels'])->sync();
        return null;
    }

    private function deleteGroup(array $words): mixed
    {
        $this->pubnub->removeChannelGroup()->channelGroup($words['group'])->sync();
        return null;
    }
}

function problem(Throwable $problem): string
{
    $said = $problem instanceof PubNubServerException ? json_encode($problem->getBody(), JSON) : '';
    return trim(get_class($problem) . ": {$problem->getMessage()} $said");
}

if ($argc > 2) {
    listen(...array_slice($argv, 1));
    exit(0);
}
$clients = [];
while (($line = fgets(STDIN)) !== false) {
    try {
        $words = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
        $name = $words['as'];
        if ($words['do'] === 'connect') {
            $clients[$name] = new Client($argv[1], $name, $words['user']);
            say(['ok' => null]);
        } else {
            say(['ok' => $clients[$name]->does($words)]);
        }
    } catch (Throwable $problem) {
        say(['error' => problem($problem)]);
    }
}
