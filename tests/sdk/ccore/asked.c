#include "client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static enum pubnub_res subscribe(struct client* client, struct piece channels, struct piece groups, int presence)
{
    stop_listening(client);
    add_names(channels, "", client->channels, sizeof client->channels);
    add_names(groups, "", client->groups, sizeof client->groups);
    if (presence) {
        add_names(channels, "-pnpres", client->channels, sizeof client->channels);
        add_names(groups, "-pnpres", client->groups, sizeof client->groups);
    }
    start_listening(client);
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
        start_listening(client);
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
void answer_line(char const* line)
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
