/* Stands in for PubNub's C SDK; see ../README.md. One file for all headers that the adapter names. */

#ifndef STAND_IN_PUBNUB
#define STAND_IN_PUBNUB

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pubnub pubnub_t;

enum pubnub_res { PNR_OK, PNR_STARTED, PNR_CANCELLED, PNR_INVALID_PARAMETERS, PNR_HTTP_ERROR };
enum pubnub_cancel_res { PN_CANCEL_STARTED, PN_CANCEL_FINISHED };
enum pubnub_method { pubnubSendViaGET, pubnubSendViaPOST };
enum pubnub_message_type { pbsbSignal, pbsbPublished };

struct pubnub_char_mem_block {
    char const* ptr;
    size_t      size;
};

struct pubnub_subscribe_v2_options {
    char const* channel_group;
    unsigned    heartbeat;
};

struct pubnub_here_now_options {
    char const* channel_group;
    bool        disable_uuids;
    bool        state;
    unsigned    limit;
    unsigned    offset;
};

struct pubnub_publish_options {
    enum pubnub_method method;
};

struct pubnub_v2_message {
    struct pubnub_char_mem_block channel;
    struct pubnub_char_mem_block match_or_group;
    struct pubnub_char_mem_block payload;
    enum pubnub_message_type     message_type;
    struct pubnub_char_mem_block publisher;
};

pubnub_t*              pubnub_alloc(void);
void                   pubnub_init(pubnub_t*, char const* publish_key, char const* subscribe_key);
enum pubnub_res        pubnub_set_user_id(pubnub_t*, char const* user_id);
char const*            pubnub_user_id_get(pubnub_t*);
int                    pubnub_origin_set(pubnub_t*, char const* origin);
int                    pubnub_port_set(pubnub_t*, uint16_t port);
int                    pubnub_set_non_blocking_io(pubnub_t*);
enum pubnub_res        pubnub_last_result(pubnub_t*);
enum pubnub_cancel_res pubnub_cancel(pubnub_t*);
char const*            pubnub_res_2_string(enum pubnub_res);
char const*            pubnub_get(pubnub_t*);
char const*            pubnub_get_channel(pubnub_t*);

struct pubnub_subscribe_v2_options pubnub_subscribe_v2_defopts(void);
enum pubnub_res pubnub_subscribe_v2(pubnub_t*, char const* channel, struct pubnub_subscribe_v2_options);
struct pubnub_v2_message pubnub_get_v2(pubnub_t*);

enum pubnub_res pubnub_heartbeat(pubnub_t*, char const* channel, char const* channel_group);
enum pubnub_res pubnub_leave(pubnub_t*, char const* channel, char const* channel_group);
struct pubnub_here_now_options pubnub_here_now_defopts(void);
enum pubnub_res pubnub_here_now_ex(pubnub_t*, char const* channel, struct pubnub_here_now_options);
enum pubnub_res pubnub_global_here_now_ex(pubnub_t*, struct pubnub_here_now_options);
enum pubnub_res pubnub_where_now(pubnub_t*, char const* user_id);
enum pubnub_res pubnub_set_state(pubnub_t*, char const* channel, char const* channel_group, char const* user_id,
                                 char const* state);
enum pubnub_res pubnub_state_get(pubnub_t*, char const* channel, char const* channel_group, char const* user_id);
struct pubnub_publish_options pubnub_publish_defopts(void);
enum pubnub_res pubnub_publish_ex(pubnub_t*, char const* channel, char const* message, struct pubnub_publish_options);
enum pubnub_res pubnub_signal(pubnub_t*, char const* channel, char const* message);
enum pubnub_res pubnub_add_channel_to_group(pubnub_t*, char const* channel, char const* channel_group);
enum pubnub_res pubnub_remove_channel_from_group(pubnub_t*, char const* channel, char const* channel_group);
enum pubnub_res pubnub_list_channel_group(pubnub_t*, char const* channel_group);
enum pubnub_res pubnub_remove_channel_group(pubnub_t*, char const* channel_group);

#endif
