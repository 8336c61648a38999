/* Stands in for PubNub's C SDK; see ../README.md. */

#include "pubnub_sync.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pubnub {
    char const*     user;
    enum pubnub_res result;
    char            answer[8192];
    char            join[256];
    size_t          next;
    int             subscribed;
};

static void record(char const* format, ...)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/calls", getenv("TMPDIR"));
    FILE*   file = fopen(path, "a");
    va_list values;
    va_start(values, format);
    vfprintf(file, format, values);
    va_end(values);
    fputc('\n', file);
    fclose(file);
}

/* The list of a request, as the other stand-ins write it. */
static char const* list(char const* names)
{
    return !names || !strcmp(names, ",") ? "" : names;
}

/* Done at the next look, as with non-blocking I/O. */
static enum pubnub_res start(pubnub_t* context, char const* answer)
{
    context->result = PNR_OK;
    snprintf(context->answer, sizeof context->answer, "%s", answer);
    return PNR_STARTED;
}

pubnub_t* pubnub_alloc(void)
{
    return calloc(1, sizeof(struct pubnub));
}

void pubnub_init(pubnub_t* context, char const* publish_key, char const* subscribe_key)
{
    (void)context, (void)publish_key, (void)subscribe_key;
}

enum pubnub_res pubnub_set_user_id(pubnub_t* context, char const* user_id)
{
    context->user = user_id;
    return PNR_OK;
}

char const* pubnub_user_id_get(pubnub_t* context)
{
    return context->user;
}

int pubnub_origin_set(pubnub_t* context, char const* origin)
{
    return !context || !origin;
}

int pubnub_port_set(pubnub_t* context, uint16_t port)
{
    return !context || !port;
}

int pubnub_set_non_blocking_io(pubnub_t* context)
{
    return !context;
}

enum pubnub_res pubnub_last_result(pubnub_t* context)
{
    return context->result;
}

enum pubnub_cancel_res pubnub_cancel(pubnub_t* context)
{
    context->result = PNR_CANCELLED;
    return PN_CANCEL_STARTED;
}

char const* pubnub_res_2_string(enum pubnub_res result)
{
    return result == PNR_HTTP_ERROR ? "HTTP error" : "something else";
}

char const* pubnub_get(pubnub_t* context)
{
    return context->answer;
}

char const* pubnub_get_channel(pubnub_t* context)
{
    return context->answer;
}

struct pubnub_subscribe_v2_options pubnub_subscribe_v2_defopts(void)
{
    struct pubnub_subscribe_v2_options options = { NULL, 0 };
    return options;
}

enum pubnub_res pubnub_subscribe_v2(pubnub_t* context, char const* channel, struct pubnub_subscribe_v2_options options)
{
    /* The first is answered, the rest are held. */
    if (!context->subscribed++) {
        record("subscribe %s %s heartbeat=%u", list(channel), list(options.channel_group), options.heartbeat);
        snprintf(context->join, sizeof context->join,
                 "{\"action\":\"join\",\"uuid\":\"%s\",\"occupancy\":1,\"data\":{\"mood\":\"new\"}}", context->user);
        return start(context, "");
    }
    context->result = PNR_STARTED;
    return PNR_STARTED;
}

static struct pubnub_char_mem_block block(char const* text)
{
    struct pubnub_char_mem_block found = { text, text ? strlen(text) : 0 };
    return found;
}

struct pubnub_v2_message pubnub_get_v2(pubnub_t* context)
{
    static char const* const INTERVAL =
        "{\"action\":\"interval\",\"occupancy\":30,\"join\":[\"u1\"],\"leave\":[\"u2\"],\"timeout\":[\"u3\"]}";
    struct pubnub_v2_message const messages[] = {
        { block("a-pnpres"), block("a-pnpres"), block(context->join), pbsbPublished, block("") },
        { block("a-pnpres"), block("g-pnpres"), block(INTERVAL), pbsbPublished, block("") },
        { block("a"), block("a"), block("{\"text\":\"hi\"}"), pbsbPublished, block("u1") },
        { block("a"), block("g"), block("\"typing\""), pbsbSignal, block("u1") },
        { block(NULL), block(NULL), block(NULL), pbsbPublished, block(NULL) },
    };
    return messages[context->next < 4 ? context->next++ : 4];
}

enum pubnub_res pubnub_heartbeat(pubnub_t* context, char const* channel, char const* channel_group)
{
    record("heartbeat %s %s", list(channel), list(channel_group));
    return start(context, "");
}

enum pubnub_res pubnub_leave(pubnub_t* context, char const* channel, char const* channel_group)
{
    record("leave %s %s", list(channel), list(channel_group));
    return start(context, "");
}

struct pubnub_here_now_options pubnub_here_now_defopts(void)
{
    struct pubnub_here_now_options options = { NULL, true, false, 0, 0 };
    return options;
}

enum pubnub_res pubnub_here_now_ex(pubnub_t* context, char const* channel, struct pubnub_here_now_options options)
{
    char limit[16] = "", offset[16] = "";
    if (options.limit) {
        snprintf(limit, sizeof limit, "%u", options.limit);
    }
    if (options.offset) {
        snprintf(offset, sizeof offset, "%u", options.offset);
    }
    record("here now %s %s limit=%s offset=%s", list(channel), list(options.channel_group), limit, offset);
    if (options.limit == 1001) {
        return PNR_HTTP_ERROR;
    }
    char const* users = "\"uuids\":[\"u1\",{\"uuid\":\"u2\",\"state\":{\"mood\":\"idle\"}}],\"occupancy\":2";
    char        answer[512];
    char const* form = strchr(channel, ',') || options.channel_group
        ? "{\"status\":200,\"payload\":{\"total_occupancy\":2,\"channels\":{\"a\":{%s}}}}"
        : "{\"status\":200,%s}";
    snprintf(answer, sizeof answer, form, users);
    return start(context, answer);
}

enum pubnub_res pubnub_global_here_now_ex(pubnub_t* context, struct pubnub_here_now_options options)
{
    return pubnub_here_now_ex(context, ",", options);
}

enum pubnub_res pubnub_where_now(pubnub_t* context, char const* user_id)
{
    char path[1024], call[512], answer[8192] = "{\"payload\":{\"channels\":[";
    snprintf(path, sizeof path, "%s/calls", getenv("TMPDIR"));
    FILE*  file = fopen(path, "r");
    size_t used = strlen(answer);
    while (file && fgets(call, sizeof call, file)) {
        char const* comma = answer[used - 1] == '[' ? "" : ",";
        used += (size_t)snprintf(answer + used, sizeof answer - used, "%s\"", comma);
        for (char const* at = call; *at != '\n'; ++at) {
            used += (size_t)snprintf(answer + used, sizeof answer - used, *at == '"' ? "\\%c" : "%c", *at);
        }
        used += (size_t)snprintf(answer + used, sizeof answer - used, "\"");
    }
    if (file) {
        fclose(file);
    }
    snprintf(answer + used, sizeof answer - used, "]}}");
    return user_id ? start(context, answer) : PNR_INVALID_PARAMETERS;
}

enum pubnub_res pubnub_set_state(pubnub_t* context, char const* channel, char const* channel_group, char const* user_id,
                                 char const* state)
{
    record("set state %s %s %s", list(channel), list(channel_group), state);
    return user_id ? start(context, "") : PNR_INVALID_PARAMETERS;
}

enum pubnub_res pubnub_state_get(pubnub_t* context, char const* channel, char const* channel_group, char const* user_id)
{
    record("get state %s %s %s", list(channel), list(channel_group), user_id);
    return start(context, "{\"uuid\":\"ann-2\",\"payload\":{\"channels\":{\"a\":{\"mood\":\"idle\"}}}}");
}

struct pubnub_publish_options pubnub_publish_defopts(void)
{
    struct pubnub_publish_options options = { pubnubSendViaGET };
    return options;
}

enum pubnub_res pubnub_publish_ex(pubnub_t* context, char const* channel, char const* message,
                                  struct pubnub_publish_options options)
{
    record("publish %s %s %s", channel, message, options.method == pubnubSendViaPOST ? "POST" : "GET");
    return start(context, "");
}

enum pubnub_res pubnub_signal(pubnub_t* context, char const* channel, char const* message)
{
    record("signal %s %s", channel, message);
    return start(context, "");
}

enum pubnub_res pubnub_add_channel_to_group(pubnub_t* context, char const* channel, char const* channel_group)
{
    record("add %s %s", channel_group, channel);
    return start(context, "");
}

enum pubnub_res pubnub_remove_channel_from_group(pubnub_t* context, char const* channel, char const* channel_group)
{
    record("remove %s %s", channel_group, channel);
    return start(context, "");
}

enum pubnub_res pubnub_list_channel_group(pubnub_t* context, char const* channel_group)
{
    record("list %s", channel_group);
    return start(context, "{\"status\":200,\"payload\":{\"channels\":[\"a\",\"b\"],\"group\":\"g\"}}");
}

enum pubnub_res pubnub_remove_channel_group(pubnub_t* context, char const* channel_group)
{
    record("delete %s", channel_group);
    return start(context, "");
}
