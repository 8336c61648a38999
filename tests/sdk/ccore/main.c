#include "client.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Take what has come on standard input, and answer each whole line of it. False at its end. */
static int read_lines(char* text, size_t* used)
{
    ssize_t got = read(STDIN_FILENO, text + *used, LONGEST_LINE - *used - 1);
    if (got <= 0) {
        return 0;
    }
    *used += (size_t)got;
    text[*used] = '\0';
    for (char* end; (end = memchr(text, '\n', *used));) {
        *end = '\0';
        answer_line(text);
        *used -= (size_t)(end + 1 - text);
        memmove(text, end + 1, *used + 1);
    }
    return 1;
}

int main(int count, char** words)
{
    static char text[LONGEST_LINE];
    size_t      used = 0;
    if (count != 2 || !set_origin(words[1])) {
        fprintf(stderr, "usage: adapter HOST:PORT\n");
        return 2;
    }
    for (;;) {
        struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
        if (poll(&input, 1, ROUND_MILLIS) > 0 && !read_lines(text, &used)) {
            return 0;
        }
        drive_clients();
    }
}
