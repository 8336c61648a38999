#include "client.h"

#include <stdio.h>
#include <string.h>

char const* in_path(char const* names)
{
    return *names ? names : ",";
}

char const* in_query(char const* names)
{
    return *names ? names : NULL;
}

int ends_presence(struct piece channel)
{
    return channel.length > 7 && !memcmp(channel.at + channel.length - 7, "-pnpres", 7);
}

void add_names(struct piece list, char const* suffix, char* to, size_t room)
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

void remove_names(char* from, struct piece list)
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

void strip_presence(char const* names, char* to, size_t room)
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
