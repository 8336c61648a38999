#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CLIENTS 256

static struct client clients[MOST_CLIENTS];
static size_t        client_count;
static char          host[256];
static unsigned short port;

static pubnub_t* create_context(char const* user)
{
    pubnub_t* context = pubnub_alloc();
    if (!context) {
        fprintf(stderr, "no room for another context\n");
        exit(1);
    }
    pubnub_init(context, "demo", "demo");
    pubnub_set_user_id(context, user);
    pubnub_origin_set(context, host);
    pubnub_port_set(context, port);
    pubnub_set_non_blocking_io(context);
    return context;
}

struct client* find_client(struct piece name)
{
    for (size_t i = 0; i < client_count; ++i) {
        if (is_text(name, clients[i].name)) {
            return &clients[i];
        }
    }
    return NULL;
}

void connect_client(struct piece words)
{
    if (client_count == MOST_CLIENTS) {
        fprintf(stderr, "no room for another client\n");
        exit(1);
    }
    struct client* client = &clients[client_count++];
    char           user[256];
    memset(client, 0, sizeof *client);
    copy_text(member(words, "as"), client->name, sizeof client->name);
    copy_text(member(words, "user"), user, sizeof user);
    /* The SDK keeps no copy. */
    char const* kept = strdup(user);
    client->listens  = create_context(kept);
    client->asks     = create_context(kept);
    client->beats    = create_context(kept);
    client->timeout  = (unsigned)strtoul(member(words, "timeout").at, NULL, 10);
    client->beaten   = time(NULL);
}

static void subscribe_next(struct client* client)
{
    struct pubnub_subscribe_v2_options options = pubnub_subscribe_v2_defopts();
    options.channel_group                      = in_query(client->groups);
    if (client->timeout) {
        options.heartbeat = client->timeout;
    }
    pubnub_subscribe_v2(client->listens, in_path(client->channels), options);
}

/* Take what the open poll has brought, and send the next. */
static void drive_client(struct client* client)
{
    if (!client->listening || pubnub_last_result(client->listens) == PNR_STARTED) {
        return;
    }
    if (pubnub_last_result(client->listens) == PNR_OK) {
        for (;;) {
            struct pubnub_v2_message message = pubnub_get_v2(client->listens);
            if (!message.payload.ptr) {
                break;
            }
            tell_event(client, message);
        }
    }
    subscribe_next(client);
}

static void beat_client(struct client* client)
{
    unsigned interval = client->timeout / 2;
    if (!client->listening || interval < 2 || time(NULL) - client->beaten < (time_t)(interval - 1)
        || pubnub_last_result(client->beats) == PNR_STARTED) {
        return;
    }
    char channels[LONGEST_LIST], groups[LONGEST_LIST];
    strip_presence(client->channels, channels, sizeof channels);
    strip_presence(client->groups, groups, sizeof groups);
    client->beaten = time(NULL);
    pubnub_heartbeat(client->beats, in_path(channels), in_query(groups));
}

void drive_clients(void)
{
    for (size_t i = 0; i < client_count; ++i) {
        drive_client(&clients[i]);
        beat_client(&clients[i]);
    }
}

enum pubnub_res finish(pubnub_t* context, enum pubnub_res started)
{
    struct timespec const a_moment = { 0, ROUND_MILLIS * 1000000L };
    if (started != PNR_STARTED) {
        return started;
    }
    enum pubnub_res result;
    while ((result = pubnub_last_result(context)) == PNR_STARTED) {
        drive_clients();
        nanosleep(&a_moment, NULL);
    }
    return result;
}

void start_listening(struct client* client)
{
    client->listening = 1;
    subscribe_next(client);
}

void stop_listening(struct client* client)
{
    if (client->listening && pubnub_cancel(client->listens) == PN_CANCEL_STARTED) {
        client->listening = 0;
        finish(client->listens, PNR_STARTED);
    }
    client->listening = 0;
}

int set_origin(char const* origin)
{
    char const* colon = strrchr(origin, ':');
    if (colon) {
        snprintf(host, sizeof host, "%.*s", (int)(colon - origin), origin);
        port = (unsigned short)strtoul(colon + 1, NULL, 10);
    }
    return colon != NULL;
}
