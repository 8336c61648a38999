#include "json.h"

#include <string.h>

struct piece const NOTHING = { "null", 4 };

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

int next_entry(struct piece entries, char const** at, struct piece* key, struct piece* value)
{
    char const* end = entries.at + entries.length;
    if (entries.length < 2 || (*entries.at != '{' && *entries.at != '[')) {
        return 0;
    }
    *at = skip_blanks(*at ? *at : entries.at + 1, end);
    if (*at < end && **at == ',') {
        *at = skip_blanks(*at + 1, end);
    }
    if (*at >= end - 1) {
        return 0;
    }
    if (*entries.at == '{') {
        *key = value_at(at, end);
        *at  = skip_blanks(*at, end) + 1;
    }
    *value = value_at(at, end);
    return 1;
}

int is_text(struct piece value, char const* text)
{
    return value.length == strlen(text) + 2 && *value.at == '"' && !memcmp(value.at + 1, text, value.length - 2);
}

int is_nothing(struct piece value)
{
    return value.length == NOTHING.length && !memcmp(value.at, NOTHING.at, NOTHING.length);
}

struct piece member(struct piece object, char const* name)
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

struct piece whole(char const* text)
{
    struct piece all = NOTHING;
    if (text) {
        all.at     = text;
        all.length = strlen(text);
    }
    return all;
}

void copy_text(struct piece value, char* to, size_t room)
{
    size_t length = value.length >= 2 && *value.at == '"' ? value.length - 2 : 0;
    if (length >= room) {
        length = room - 1;
    }
    memcpy(to, value.at + 1, length);
    to[length] = '\0';
}

void copy_raw(struct piece value, char* to, size_t room)
{
    size_t length = value.length < room ? value.length : room - 1;
    memcpy(to, value.at, length);
    to[length] = '\0';
}

int is_true(struct piece value)
{
    return value.length == 4 && !memcmp(value.at, "true", 4);
}
