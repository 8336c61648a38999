/* PubNub's official C SDK (C-core), its "sync" interface on POSIX, as a foreign process: `adapter ORIGIN`.
   The words it understands are told in tests/sdk/adapter.rs. It needs a C-core whose here now has `limit` and
   `offset`.

   A context of the SDK does one thing at a time. So each user has three: one that subscribes, one that asks,
   and one that sends the heartbeats, which this interface leaves to its caller. With non-blocking I/O nothing
   here needs a thread: the loop goes round whenever a line comes, and every few milliseconds. */

#include "pubnub_sync.h"

#include "core/pubnub_blocking_io.h"
#include "core/pubnub_coreapi_ex.h"
#include "core/pubnub_helper.h"
#include "core/pubnub_subscribe_v2.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_CLIENTS 256
#define LONGEST_LINE 65536
#define LONGEST_LIST 8192
#define ROUND_MILLIS 5

/* ---- JSON: pieces of a text, found and copied as they stand ---- */

struct piece {
    char const* at;
    size_t      length;
};

static struct piece const NOTHING = { "null", 4 };

static char const* skip_blanks(char const* at, char const* end)
{
    while (at < end && strchr(" \t\r\n", *at)) {
        ++at;
    }
    return at;
}

static char const* skip_string(char const* at, char const* end)
{
    for (++at; at < end && *at != '"'; ++at) {
        if (*at == '\\') {
            ++at;
        }
    }
    return at < end ? at + 1 : end;
}

/* The end of the value that begins here. */
static char const* skip_value(char const* at, char const* end)
{
    int depth = 0;
    do {
        if (at >= end) {
            return end;
        }
        if (*at == '"') {
            at = skip_string(at, end);
        } else if (*at == '{' || *at == '[') {
            ++depth;
            ++at;
        } else if (*at == '}' || *at == ']') {
            --depth;
            ++at;
        } else if (depth > 0) {
            ++at;
        } else {
            while (at < end && !strchr(",}] \t\r\n", *at)) {
                ++at;
            }
        }
    } while (depth > 0);
    return at;
}

static struct piece value_at(char const** at, char const* end)
{
    struct piece found;
    found.at     = skip_blanks(*at, end);
    *at          = skip_value(found.at, end);
    found.length = (size_t)(*at - found.at);
    return found;
}

/* The next member of an object or element of an array, from `*at`, which is NULL at first. */
static int next_entry(struct piece whole, char const** at, struct piece* key, struct piece* value)
{
    char const* end = whole.at + whole.length;
    if (whole.length < 2 || (*whole.at != '{' && *whole.at != '[')) {
        return 0;
    }
    *at = skip_blanks(*at ? *at : whole.at + 1, end);
    if (*at < end && **at == ',') {
        *at = skip_blanks(*at + 1, end);
    }
    if (*at >= end - 1) {
        return 0;
    }
    if (*whole.at == '{') {
        *key = value_at(at, end);
        *at  = skip_blanks(*at, end) + 1;
    }
    *value = value_at(at, end);
    return 1;
}

static int is_text(struct piece value, char const* text)
{
    return value.length == strlen(text) + 2 && *value.at == '"' && !memcmp(value.at + 1, text, value.length - 2);
}

static int is_nothing(struct piece value)
{
    return value.length == NOTHING.length && !memcmp(value.at, NOTHING.at, NOTHING.length);
}

/* A member of an object; null where there is none. */
static struct piece member(struct piece object, char const* name)
{
    char const*  at = NULL;
    struct piece key = NOTHING, value;
    while (next_entry(object, &at, &key, &value)) {
        if (is_text(key, name)) {
            return value;
        }
    }
    return NOTHING;
}

static struct piece whole(char const* text)
{
    struct piece all = NOTHING;
    if (text) {
        all.at     = text;
        all.length = strlen(text);
    }
    return all;
}

/* A string without its quotes. The exam's names have nothing to unescape. */
static void copy_text(struct piece value, char* to, size_t room)
{
    size_t length = value.length >= 2 && *value.at == '"' ? value.length - 2 : 0;
    if (length >= room) {
        length = room - 1;
    }
    memcpy(to, value.at + 1, length);
    to[length] = '\0';
}

/* As it stands: messages and states. */
static void copy_raw(struct piece value, char* to, size_t room)
{
    size_t length = value.length < room ? value.length : room - 1;
    memcpy(to, value.at, length);
    to[length] = '\0';
}

static int is_true(struct piece value)
{
    return value.length == 4 && !memcmp(value.at, "true", 4);
}

/* The strings of an array, after what is there, separated by commas. */
static void add_names(struct piece list, char const* suffix, char* to, size_t room)
{
    char const*  at = NULL;
    struct piece key, value;
    while (next_entry(list, &at, &key, &value)) {
        char name[512];
        copy_text(value, name, sizeof name);
        size_t used = strlen(to);
        snprintf(to + used, room - used, "%s%s%s", used ? "," : "", name, suffix);
    }
}

/* ---- clients ---- */

struct client {
    char      name[128];
    pubnub_t* listens;
    pubnub_t* asks;
    pubnub_t* beats;
    unsigned  timeout;
    time_t    beaten;
    int       listening;
    char      channels[LONGEST_LIST];
    char      groups[LONGEST_LIST];
    int       presence;
};

static struct client clients[MOST_CLIENTS];
static size_t        client_count;
static char          host[256];
static unsigned short port;

/* An empty list is a single comma in a path, and nothing in a query. */
static char const* in_path(char const* names)
{
    return *names ? names : ",";
}

static char const* in_query(char const* names)
{
    return *names ? names : NULL;
}

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

static struct client* find_client(struct piece name)
{
    for (size_t i = 0; i < client_count; ++i) {
        if (is_text(name, clients[i].name)) {
            return &clients[i];
        }
    }
    return NULL;
}

static void connect_client(struct piece words)
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

/* ---- what is heard ---- */

static struct piece of_block(struct pubnub_char_mem_block block)
{
    struct piece found = { block.ptr, block.size };
    return found;
}

static int ends_presence(struct piece channel)
{
    return channel.length > 7 && !memcmp(channel.at + channel.length - 7, "-pnpres", 7);
}

static int print_piece(struct piece value)
{
    return printf("%.*s", (int)value.length, value.at);
}

static void print_list(char const* name, struct piece list)
{
    printf(",\"%s\":", name);
    if (is_nothing(list)) {
        printf("[]");
    } else {
        print_piece(list);
    }
}

static void tell_presence(struct piece told)
{
    static char const* const FIELDS[][2] = {
        { "action", "action" }, { "user", "uuid" }, { "occupancy", "occupancy" }, { "state", "data" }
    };
    printf("\"presence\"");
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; ++i) {
        printf(",\"%s\":", FIELDS[i][0]);
        print_piece(member(told, FIELDS[i][1]));
    }
    print_list("joined", member(told, "join"));
    print_list("left", member(told, "leave"));
    print_list("timed_out", member(told, "timeout"));
}

static void tell_event(struct client const* client, struct pubnub_v2_message message)
{
    struct piece channel = of_block(message.channel), match = of_block(message.match_or_group);
    printf("{\"event\":");
    if (ends_presence(channel)) {
        channel.length -= 7;
        tell_presence(of_block(message.payload));
        if (ends_presence(match)) {
            match.length -= 7;
        }
    } else {
        printf("\"%s\",\"message\":", message.message_type == pbsbSignal ? "signal" : "message");
        print_piece(of_block(message.payload));
        printf(",\"user\":\"");
        print_piece(of_block(message.publisher));
        printf("\"");
    }
    printf(",\"as\":\"%s\",\"channel\":\"", client->name);
    print_piece(channel);
    if (!match.length || (match.length == channel.length && !memcmp(match.at, channel.at, match.length))) {
        printf("\",\"subscription\":null}\n");
    } else {
        printf("\",\"subscription\":\"");
        print_piece(match);
        printf("\"}\n");
    }
    fflush(stdout);
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

static void strip_presence(char const* names, char* to, size_t room)
{
    char  all[LONGEST_LIST];
    char* rest = NULL;
    *to        = '\0';
    snprintf(all, sizeof all, "%s", names);
    for (char* name = strtok_r(all, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        struct piece piece = whole(name);
        if (!ends_presence(piece)) {
            size_t used = strlen(to);
            snprintf(to + used, room - used, "%s%s", used ? "," : "", name);
        }
    }
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

/* ---- what is asked ---- */

static char answer[1 << 20];

static void write_answer(char const* format, ...)
{
    size_t  used = strlen(answer);
    va_list values;
    va_start(values, format);
    vsnprintf(answer + used, sizeof answer - used, format, values);
    va_end(values);
}

static void write_piece(struct piece value)
{
    write_answer("%.*s", (int)value.length, value.at);
}

/* Wait for the outcome of what was started, while the polls go on. */
static enum pubnub_res finish(pubnub_t* context, enum pubnub_res started)
{
    struct timespec const a_moment = { 0, ROUND_MILLIS * 1000000L };
    if (started != PNR_STARTED) {
        return started;
    }
    enum pubnub_res result;
    while ((result = pubnub_last_result(context)) == PNR_STARTED) {
        for (size_t i = 0; i < client_count; ++i) {
            drive_client(&clients[i]);
        }
        nanosleep(&a_moment, NULL);
    }
    return result;
}

static void stop_listening(struct client* client)
{
    if (client->listening && pubnub_cancel(client->listens) == PN_CANCEL_STARTED) {
        client->listening = 0;
        finish(client->listens, PNR_STARTED);
    }
    client->listening = 0;
}

/* Names of the second list are taken out of the first. */
static void remove_names(char* from, struct piece list)
{
    char  all[LONGEST_LIST], kept[LONGEST_LIST] = "";
    char* rest = NULL;
    snprintf(all, sizeof all, "%s", from);
    for (char* name = strtok_r(all, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        char const*  at = NULL;
        struct piece key, value;
        int          gone = 0;
        struct piece bare = whole(name);
        bare.length -= ends_presence(bare) ? 7 : 0;
        while (next_entry(list, &at, &key, &value)) {
            gone |= value.length == bare.length + 2 && !memcmp(value.at + 1, bare.at, bare.length);
        }
        if (!gone) {
            size_t used = strlen(kept);
            snprintf(kept + used, sizeof kept - used, "%s%s", used ? "," : "", name);
        }
    }
    snprintf(from, LONGEST_LIST, "%s", kept);
}

static enum pubnub_res subscribe(struct client* client, struct piece channels, struct piece groups, int presence)
{
    stop_listening(client);
    add_names(channels, "", client->channels, sizeof client->channels);
    add_names(groups, "", client->groups, sizeof client->groups);
    if (presence) {
        add_names(channels, "-pnpres", client->channels, sizeof client->channels);
        add_names(groups, "-pnpres", client->groups, sizeof client->groups);
    }
    client->listening = 1;
    subscribe_next(client);
    return PNR_OK;
}

static enum pubnub_res leave(struct client* client, char const* channels, char const* groups)
{
    if (!*channels && !*groups) {
        return PNR_OK;
    }
    return finish(client->asks, pubnub_leave(client->asks, in_path(channels), in_query(groups)));
}

static enum pubnub_res unsubscribe(struct client* client, struct piece channels, struct piece groups)
{
    char left_channels[LONGEST_LIST] = "", left_groups[LONGEST_LIST] = "";
    stop_listening(client);
    remove_names(client->channels, channels);
    remove_names(client->groups, groups);
    add_names(channels, "", left_channels, sizeof left_channels);
    add_names(groups, "", left_groups, sizeof left_groups);
    enum pubnub_res result = leave(client, left_channels, left_groups);
    if (*client->channels || *client->groups) {
        client->listening = 1;
        subscribe_next(client);
    }
    return result;
}

static enum pubnub_res leave_everything(struct client* client)
{
    char channels[LONGEST_LIST], groups[LONGEST_LIST];
    stop_listening(client);
    strip_presence(client->channels, channels, sizeof channels);
    strip_presence(client->groups, groups, sizeof groups);
    *client->channels = *client->groups = '\0';
    return leave(client, channels, groups);
}

static void write_channel(struct piece told)
{
    char const*  at = NULL;
    struct piece key, user, list = member(told, "uuids");
    int          count = 0;
    write_answer("{\"occupancy\":");
    write_piece(member(told, "occupancy"));
    write_answer(",\"users\":{");
    while (next_entry(list, &at, &key, &user)) {
        int with_state = *user.at == '{';
        write_answer(count++ ? "," : "");
        write_piece(with_state ? member(user, "uuid") : user);
        write_answer(":");
        write_piece(with_state ? member(user, "state") : NOTHING);
    }
    write_answer("}}");
}

static void write_here_now(struct piece told, char const* channel)
{
    struct piece payload = member(told, "payload");
    write_answer("{\"occupancy\":");
    if (is_nothing(payload)) {
        write_piece(member(told, "occupancy"));
        write_answer(",\"channels\":{\"%s\":", channel);
        write_channel(told);
    } else {
        char const*  at = NULL;
        struct piece key = NOTHING, value, channels = member(payload, "channels");
        int          count = 0;
        write_piece(member(payload, "total_occupancy"));
        write_answer(",\"channels\":{");
        while (next_entry(channels, &at, &key, &value)) {
            write_answer(count++ ? "," : "");
            write_piece(key);
            write_answer(":");
            write_channel(value);
        }
    }
    write_answer("}}");
}

static enum pubnub_res here_now(struct client* client, struct piece words, char const* channels, char const* groups)
{
    struct pubnub_here_now_options options = pubnub_here_now_defopts();
    struct piece                   limit = member(words, "limit"), offset = member(words, "offset");
    options.channel_group = in_query(groups);
    options.disable_uuids = !is_true(member(words, "with_users"));
    options.state         = is_true(member(words, "with_state"));
    if (!is_nothing(limit)) {
        options.limit = (unsigned)strtoul(limit.at, NULL, 10);
    }
    if (!is_nothing(offset)) {
        options.offset = (unsigned)strtoul(offset.at, NULL, 10);
    }
    enum pubnub_res result = *channels || *groups
        ? finish(client->asks, pubnub_here_now_ex(client->asks, in_path(channels), options))
        : finish(client->asks, pubnub_global_here_now_ex(client->asks, options));
    if (result == PNR_OK) {
        write_here_now(whole(pubnub_get(client->asks)), channels);
    }
    return result;
}

static enum pubnub_res get_state(struct client* client, char const* channels, char const* groups, char const* user)
{
    pubnub_t*       asks   = client->asks;
    enum pubnub_res result = finish(asks, pubnub_state_get(asks, in_path(channels), in_query(groups), user));
    if (result == PNR_OK) {
        struct piece told = whole(pubnub_get(asks)), payload = member(told, "payload");
        if (is_nothing(member(told, "channel"))) {
            write_piece(member(payload, "channels"));
        } else {
            write_answer("{\"%s\":", channels);
            write_piece(payload);
            write_answer("}");
        }
    }
    return result;
}

static enum pubnub_res list_group(struct client* client, char const* group)
{
    enum pubnub_res result = finish(client->asks, pubnub_list_channel_group(client->asks, group));
    if (result == PNR_OK) {
        write_piece(member(member(whole(pubnub_get_channel(client->asks)), "payload"), "channels"));
    }
    return result;
}

static enum pubnub_res publish(struct client* client, char const* channel, char const* message, int post)
{
    struct pubnub_publish_options options = pubnub_publish_defopts();
    options.method                        = post ? pubnubSendViaPOST : pubnubSendViaGET;
    return finish(client->asks, pubnub_publish_ex(client->asks, channel, message, options));
}

/* Do what was asked; the answer, if it has one, is written. */
static enum pubnub_res do_words(struct client* client, struct piece words)
{
    char         channels[LONGEST_LIST] = "", groups[LONGEST_LIST] = "";
    char         group[512], channel[512], user[512];
    static char  message[LONGEST_LINE], state[LONGEST_LINE];
    struct piece what = member(words, "do");
    pubnub_t*    asks = client->asks;

    add_names(member(words, "channels"), "", channels, sizeof channels);
    add_names(member(words, "groups"), "", groups, sizeof groups);
    copy_text(member(words, "group"), group, sizeof group);
    copy_text(member(words, "channel"), channel, sizeof channel);
    copy_text(member(words, "user"), user, sizeof user);
    copy_raw(member(words, "message"), message, sizeof message);
    copy_raw(member(words, "state"), state, sizeof state);

    if (is_text(what, "subscribe")) {
        return subscribe(client, member(words, "channels"), member(words, "groups"), is_true(member(words, "presence")));
    }
    if (is_text(what, "unsubscribe")) {
        return unsubscribe(client, member(words, "channels"), member(words, "groups"));
    }
    if (is_text(what, "leave")) {
        return leave_everything(client);
    }
    if (is_text(what, "here now")) {
        return here_now(client, words, channels, groups);
    }
    if (is_text(what, "where now")) {
        enum pubnub_res result = finish(asks, pubnub_where_now(asks, user));
        if (result == PNR_OK) {
            write_piece(member(member(whole(pubnub_get(asks)), "payload"), "channels"));
        }
        return result;
    }
    if (is_text(what, "set state")) {
        char const* own = pubnub_user_id_get(asks);
        return finish(asks, pubnub_set_state(asks, in_path(channels), in_query(groups), own, state));
    }
    if (is_text(what, "get state")) {
        return get_state(client, channels, groups, user);
    }
    if (is_text(what, "publish")) {
        return publish(client, channel, message, is_true(member(words, "post")));
    }
    if (is_text(what, "signal")) {
        return finish(asks, pubnub_signal(asks, channel, message));
    }
    if (is_text(what, "add to group")) {
        return finish(asks, pubnub_add_channel_to_group(asks, channels, group));
    }
    if (is_text(what, "remove from group")) {
        return finish(asks, pubnub_remove_channel_from_group(asks, channels, group));
    }
    if (is_text(what, "list group")) {
        return list_group(client, group);
    }
    if (is_text(what, "delete group")) {
        return finish(asks, pubnub_remove_channel_group(asks, group));
    }
    return PNR_INVALID_PARAMETERS;
}

static void answer_line(char const* line)
{
    struct piece words = whole(line);
    *answer            = '\0';
    if (is_text(member(words, "do"), "connect")) {
        connect_client(words);
        printf("{\"ok\":null}\n");
    } else {
        struct client*  client = find_client(member(words, "as"));
        enum pubnub_res result = client ? do_words(client, words) : PNR_INVALID_PARAMETERS;
        if (result == PNR_OK) {
            printf("{\"ok\":%s}\n", *answer ? answer : "null");
        } else {
            printf("{\"error\":\"%s\"}\n", pubnub_res_2_string(result));
        }
    }
    fflush(stdout);
}

int main(int count, char** words)
{
    static char line[LONGEST_LINE];
    size_t      used  = 0;
    char const* colon = count > 1 ? strrchr(words[1], ':') : NULL;
    if (!colon) {
        fprintf(stderr, "usage: adapter HOST:PORT\n");
        return 2;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - words[1]), words[1]);
    port = (unsigned short)strtoul(colon + 1, NULL, 10);

    for (;;) {
        struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
        if (poll(&input, 1, ROUND_MILLIS) > 0) {
            ssize_t got = read(STDIN_FILENO, line + used, sizeof line - used - 1);
            if (got <= 0) {
                return 0;
            }
            used += (size_t)got;
            line[used] = '\0';
            for (char* end; (end = memchr(line, '\n', used));) {
                *end = '\0';
                answer_line(line);
                used -= (size_t)(end + 1 - line);
                memmove(line, end + 1, used + 1);
            }
        }
        for (size_t i = 0; i < client_count; ++i) {
            drive_client(&clients[i]);
            beat_client(&clients[i]);
        }
    }
}
