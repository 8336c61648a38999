/* JSON as pieces of a text, found and copied as they stand. */

#ifndef ADAPTER_JSON
#define ADAPTER_JSON

#include <stddef.h>

struct piece {
    char const* at;
    size_t      length;
};

/* `null`. */
extern struct piece const NOTHING;

struct piece whole(char const* text);

/* The next member of an object or element of an array, from `*at`, which is NULL at first; false after the last. */
int next_entry(struct piece entries, char const** at, struct piece* key, struct piece* value);

/* A member of an object; null where there is none. */
struct piece member(struct piece object, char const* name);

int is_text(struct piece value, char const* text);
int is_nothing(struct piece value);
int is_true(struct piece value);

/* A string without its quotes. The exam's names have nothing to unescape. */
void copy_text(struct piece value, char* to, size_t room);

/* As it stands: messages and states. */
void copy_raw(struct piece value, char* to, size_t room);

#endif
