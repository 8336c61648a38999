"""PubNub's official Python SDK as a foreign process: `official_sdk.py HOST:PORT USER_ID` reads commands
from standard input, the same as tests/official-sdk does with the Rust SDK.

    join CHANNEL TIMEOUT    subscribe with presence, with a presence timeout of so many seconds
    leave                   unsubscribe from everything

It is killed to go silent.
"""

import sys

from pubnub.pnconfiguration import PNConfiguration
from pubnub.pubnub import PubNub


def client(origin, user, timeout):
    config = PNConfiguration()
    config.subscribe_key = config.publish_key = "demo"
    config.user_id = user
    config.origin = origin
    config.ssl = False
    config.enable_presence_heartbeat = True
    config.set_presence_timeout(timeout)
    return PubNub(config)


def main():
    origin, user = sys.argv[1:]
    joined = []
    for line in sys.stdin:
        match line.split():
            case ["join", channel, timeout]:
                pubnub = client(origin, user, int(timeout))
                pubnub.subscribe().channels(channel).with_presence().execute()
                joined.append(pubnub)
            case ["leave"]:
                for pubnub in joined:
                    pubnub.unsubscribe_all()
            case words:
                sys.exit(f"unknown command: {words}")


main()
