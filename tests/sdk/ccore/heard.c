#include "client.h"

#include <stdio.h>
#include <string.h>

static struct piece of_block(struct pubnub_char_mem_block block)
{
    struct piece found = { block.ptr, block.size };
    return found;
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

void tell_event(struct client const* client, struct pubnub_v2_message message)
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
