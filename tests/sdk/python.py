"""PubNub's official Python SDK as a foreign process: `python.py threads ORIGIN` or `python.py asyncio ORIGIN`.

The words it understands are told in tests/sdk/adapter.rs. The SDK has two clients, with two different
subscribe loops; they share everything here except how a call is waited for.
"""

import asyncio
import json
import logging
import sys
import threading

from pubnub.callbacks import SubscribeCallback
from pubnub.pnconfiguration import PNConfiguration
from pubnub.pubnub import PubNub

# The asyncio client complains about heartbeats to nowhere after each leave.
logging.disable()
printing = threading.Lock()


def say(line):
    with printing:
        print(json.dumps(line), flush=True)


class Listener(SubscribeCallback):
    """Tells everything that one client hears."""

    def __init__(self, name):
        self.name = name

    def status(self, pubnub, status):
        pass

    def presence(self, pubnub, heard):
        say({
            "event": "presence",
            "as": self.name,
            "action": heard.event,
            "channel": heard.channel,
            "subscription": heard.subscription,
            "user": heard.uuid,
            "occupancy": heard.occupancy,
            "state": heard.state,
            "joined": heard.join or [],
            "left": heard.leave or [],
            "timed_out": heard.timeout or [],
        })

    def message(self, pubnub, heard):
        self.published("message", heard)

    def signal(self, pubnub, heard):
        self.published("signal", heard)

    def published(self, event, heard):
        say({
            "event": event,
            "as": self.name,
            "channel": heard.channel,
            "subscription": heard.subscription,
            "user": heard.publisher,
            "message": heard.message,
        })


def configuration(origin, user, timeout):
    config = PNConfiguration()
    config.subscribe_key = config.publish_key = "demo"
    # Versions before 6 know the user id by its older name.
    setattr(config, "user_id" if hasattr(PNConfiguration, "user_id") else "uuid", user)
    config.origin = origin
    config.ssl = False
    if timeout:
        config.enable_presence_heartbeat = True
        config.set_presence_timeout(timeout)
    return config


def subscribe(client, words):
    builder = client.subscribe().channels(words["channels"]).channel_groups(words["groups"])
    (builder.with_presence() if words["presence"] else builder).execute()


def unsubscribe(client, words):
    client.unsubscribe().channels(words["channels"]).channel_groups(words["groups"]).execute()


# What needs no answer from the service.
ORDERS = {
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "leave": lambda client, words: client.unsubscribe_all(),
}


def here_now(client, words):
    ask = client.here_now().channels(words["channels"]).channel_groups(words["groups"])
    ask = ask.include_state(words["with_state"]).include_uuids(words["with_users"])
    if words["limit"] is not None:
        ask = ask.limit(words["limit"])
    return ask if words["offset"] is None else ask.offset(words["offset"])


def here_now_told(result):
    return {
        "occupancy": result.total_occupancy,
        "channels": {
            channel.channel_name: {
                "occupancy": channel.occupancy,
                "users": {occupant.uuid: occupant.state for occupant in channel.occupants or []},
            }
            for channel in result.channels
        },
    }


def nothing(result):
    return None


# What is asked of the service, and how its answer is told.
CALLS = {
    "here now": (here_now, here_now_told),
    "where now": (lambda c, w: c.where_now().uuid(w["user"]), lambda r: r.channels),
    "set state": (
        lambda c, w: c.set_state().channels(w["channels"]).channel_groups(w["groups"]).state(w["state"]),
        lambda r: r.state,
    ),
    "get state": (
        lambda c, w: c.get_state().channels(w["channels"]).channel_groups(w["groups"]).uuid(w["user"]),
        lambda r: r.channels,
    ),
    "publish": (lambda c, w: c.publish().channel(w["channel"]).message(w["message"]).use_post(w["post"]), nothing),
    "signal": (lambda c, w: c.signal().channel(w["channel"]).message(w["message"]), nothing),
    "add to group": (
        lambda c, w: c.add_channel_to_channel_group().channel_group(w["group"]).channels(w["channels"]), nothing),
    "remove from group": (
        lambda c, w: c.remove_channel_from_channel_group().channel_group(w["group"]).channels(w["channels"]), nothing),
    "list group": (lambda c, w: c.list_channels_in_channel_group().channel_group(w["group"]), lambda r: r.channels),
    "delete group": (lambda c, w: c.remove_channel_group().channel_group(w["group"]), nothing),
}


class Cast:
    """The clients of this process, by name."""

    def __init__(self, origin, make):
        self.origin = origin
        self.make = make
        self.clients = {}

    def order(self, words):
        """Do what needs no waiting; otherwise the call to wait for, and how to tell its answer."""
        if words["do"] == "connect":
            client = self.make(configuration(self.origin, words["user"], words["timeout"]))
            client.add_listener(Listener(words["as"]))
            self.clients[words["as"]] = client
            return None
        client = self.clients[words["as"]]
        if words["do"] in ORDERS:
            ORDERS[words["do"]](client, words)
            return None
        ask, told = CALLS[words["do"]]
        return ask(client, words), told


def with_threads(origin):
    cast = Cast(origin, PubNub)
    for line in sys.stdin:
        try:
            call = cast.order(json.loads(line))
            say({"ok": call and call[1](call[0].sync().result)})
        except Exception as problem:
            say({"error": f"{type(problem).__name__}: {problem}"})


async def with_asyncio(origin):
    # Not every version's can be loaded by every Python.
    from pubnub.pubnub_asyncio import PubNubAsyncio

    cast = Cast(origin, PubNubAsyncio)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            call = cast.order(json.loads(line))
            if call:
                answer = await call[0].future()
                say({"error": str(answer)} if answer.is_error() else {"ok": call[1](answer.result)})
            else:
                say({"ok": None})
        except Exception as problem:
            say({"error": f"{type(problem).__name__}: {problem}"})


loop, origin = sys.argv[1:]
if loop == "threads":
    with_threads(origin)
else:
    asyncio.run(with_asyncio(origin))
