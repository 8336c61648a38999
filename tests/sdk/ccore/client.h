/* PubNub's official C SDK (C-core), its "sync" interface on POSIX, as a foreign process: `adapter ORIGIN`.
   The words it understands are told in tests/sdk/adapter.rs. It needs a C-core whose here now has `limit` and
   `offset`.

   A context of the SDK does one thing at a time. So each user has three: one that subscribes, one that asks,
   and one that sends the heartbeats, which this interface leaves to its caller. With non-blocking I/O nothing
   here needs a thread: the loop goes round whenever a line comes, and every few milliseconds. */

#ifndef ADAPTER_CLIENT
#define ADAPTER_CLIENT

#include "json.h"

#include "pubnub_sync.h"

#include "core/pubnub_blocking_io.h"
#include "core/pubnub_coreapi_ex.h"
#include "core/pubnub_helper.h"
#include "core/pubnub_subscribe_v2.h"

#include <time.h>

#define LONGEST_LINE 65536
#define LONGEST_LIST 8192
#define ROUND_MILLIS 5

/* A user, and what they are subscribed to, presence channels included. */
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
};

/* Where the service is: `HOST:PORT`; false if it is not told so. */
int set_origin(char const* origin);

void           connect_client(struct piece words);
struct client* find_client(struct piece name);

/* Let all polls bring what they have, and send the heartbeats that are due. */
void drive_clients(void);

/* Wait for the outcome of what was started, while the polls go on. */
enum pubnub_res finish(pubnub_t* context, enum pubnub_res started);

void start_listening(struct client* client);
void stop_listening(struct client* client);

/* Tell the exam what a client has heard. */
void tell_event(struct client const* client, struct pubnub_v2_message message);

/* Do what was asked, and print what came of it. */
void answer_line(char const* line);

/* Lists of names, separated by commas. An empty one is a single comma in a path, and nothing in a query. */
char const* in_path(char const* names);
char const* in_query(char const* names);

int  ends_presence(struct piece channel);
void add_names(struct piece list, char const* suffix, char* to, size_t room);
void remove_names(char* from, struct piece list);
void strip_presence(char const* names, char* to, size_t room);

#endif
