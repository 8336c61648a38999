//! The requests of each SDK, line by line, and what its parser insists on.

use super::{
    Field::{self, Is, List, Number, Object, Text},
    Row,
};

const OK: &[(&str, Field)] = &[("/status", Is("200")), ("/message", Is("\"OK\"")), ("/service", Text)];
const REGISTERED: &[(&str, Field)] =
    &[("/status", Is("200")), ("/message", Is("\"OK\"")), ("/service", Text), ("/error", Is("false"))];
pub const SENT: &[(&str, Field)] = &[("/0", Is("1")), ("/1", Is("\"Sent\"")), ("/2", Text)];
const HANDSHAKE: &[(&str, Field)] = &[("/t/t", Text), ("/t/r", Number), ("/m", Is("[]"))];
const PAYLOAD: &[(&str, Field)] =
    &[("/status", Is("200")), ("/message", Text), ("/service", Text), ("/payload", Object)];

/// Every envelope of a subscribe, and every presence event in one.
pub const ENVELOPE: &[(&str, Field)] = &[
    ("/a", Text),
    ("/f", Number),
    ("/p/t", Text),
    ("/p/r", Number),
    ("/k", Is("\"demo\"")),
    ("/c", Text),
    ("/b", Text),
];
pub const EVENT: &[(&str, Field)] = &[("/d/action", Text), ("/d/occupancy", Number), ("/d/timestamp", Number)];

/// `URLComponents` leaves `/ : , + @ !` and others as they are, and the SDK sees to `+` and `?` in queries. A
/// query item without a value is a name alone: `ee`.
pub const SWIFT_LIFE: &[Row] = &[
    Row("GET /time/0?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&requestid=6E1F", &[("/0", Number)]),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&add=lobby,hall",
        REGISTERED,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1",
        &[
            ("/status", Is("200")),
            ("/service", Text),
            ("/error", Is("false")),
            ("/payload/group", Is("\"staff\"")),
            ("/payload/channels", Is("[\"hall\",\"lobby\"]")),
        ],
    ),
    Row(
        "GET /v2/subscribe/demo/lobby,lobby-pnpres/0?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&instanceid=0C4A-77\
         &requestid=6E20&channel-group=staff,staff-pnpres&tt=0&heartbeat=300&ee\
         &state=%7B%22lobby%22:%7B%22mood%22:%22a%2Bb%3F%22%7D%7D",
        HANDSHAKE,
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby/heartbeat?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1\
         &channel-group=staff&heartbeat=300&ee&state=%7B%22lobby%22:%7B%22mood%22:%22a%2Bb%3F%22%7D%7D",
        OK,
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&disable_uuids=0&state=1",
        &[("/occupancy", Is("1")), ("/uuids", Is("[{\"uuid\":\"ann-1\",\"state\":{\"mood\":\"a+b?\"}}]"))],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&disable_uuids=1&state=0&limit=1000",
        &[("/occupancy", Is("1"))],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/,?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&channel-group=staff&disable_uuids=0&state=0",
        &[
            ("/payload/total_occupancy", Is("2")),
            ("/payload/total_channels", Is("2")),
            ("/payload/channels/hall/uuids", Is("[\"ann-1\"]")),
            ("/payload/channels/hall/occupancy", Is("1")),
        ],
    ),
    Row("GET /v2/presence/sub-key/demo?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&disable_uuids=0&state=0", PAYLOAD),
    Row(
        "GET /v2/presence/sub-key/demo/uuid/ann-1?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1",
        &[("/status", Is("200")), ("/message", Text), ("/service", Text), ("/payload/channels", List)],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby,hall/uuid/ann-1/data?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1\
         &state=%7B%22mood%22:%22busy%22,%22n%22:7%7D",
        &[
            ("/status", Is("200")),
            ("/message", Text),
            ("/service", Text),
            ("/payload", Is("{\"mood\":\"busy\",\"n\":7}")),
        ],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/hall/uuid/ann-1/data?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&state=%7B%7D",
        &[("/status", Is("200")), ("/payload", Is("{}"))],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby/uuid/ann-1?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1",
        &[
            ("/status", Is("200")),
            ("/message", Text),
            ("/service", Text),
            ("/uuid", Is("\"ann-1\"")),
            ("/channel", Is("\"lobby\"")),
            ("/payload/mood", Is("\"busy\"")),
        ],
    ),
    Row(
        "GET /v2/presence/sub-key/demo/channel/,/uuid/ann-1?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&channel-group=staff",
        &[("/uuid", Is("\"ann-1\"")), ("/payload/channels/lobby/n", Is("7")), ("/payload/channels/hall", Is("{}"))],
    ),
    Row(
        "GET /publish/demo/demo/0/lobby/0/%7B%22text%22:%22a+b%3F%2Fc@%C5%BC%22%7D?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1\
         &store=1&ttl=24&custom_message_type=note&meta=%7B%22k%22:%22a%2Bb%22%7D",
        SENT,
    ),
    Row("GET /publish/demo/demo/0/lobby/0/%22fire%22?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&store=0&ttl=0", SENT),
    Row("GET /signal/demo/demo/0/lobby/0/%22typing%22?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1", SENT),
];

pub const SWIFT_END: &[Row] = &[
    Row(
        "GET /v2/presence/sub-key/demo/channel/lobby/leave?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&channel-group=staff&ee",
        OK,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&remove=hall",
        REGISTERED,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1",
        &[("/status", Is("200")), ("/error", Is("false")), ("/payload/groups", Is("[\"staff\"]"))],
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff/remove?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1",
        REGISTERED,
    ),
];

/// Everything is encoded but letters, digits and `- _ .`, commas only in queries; the query is sorted.
pub const C_SHARP_LIFE: &[Row] = &[
    Row("GET /time/0?pnsdk=NETCoreCSharp8.0.5&requestid=71ab&uuid=ann-2", &[("/0", Number)]),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?add=hall%2Clobby&pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        REGISTERED,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        &[
            ("/status", Is("200")),
            ("/payload/channels", Is("[\"hall\",\"lobby\"]")),
            ("/payload/group", Is("\"staff\"")),
        ],
    ),
    Row(
        "GET /v2/subscribe/demo/lobby,lobby-pnpres/0?channel-group=staff%2Cstaff-pnpres&ee=&heartbeat=300\
         &instanceid=9d3c&pnsdk=NETCoreCSharp8.0.5&requestid=71ac\
         &state=%7B%22lobby%22%3A%7B%22mood%22%3A%22a%2Bb%3F%22%7D%7D&tt=0&uuid=ann-2",
        HANDSHAKE,
    ),
    Row(
        "GET /v2/presence/sub_key/demo/channel/lobby/heartbeat?channel-group=staff&ee=&heartbeat=300\
         &pnsdk=NETCoreCSharp8.0.5&requestid=71ad&state=%7B%22lobby%22%3A%7B%22mood%22%3A%22a%2Bb%3F%22%7D%7D&uuid=ann-2",
        OK,
    ),
    Row(
        "GET /v2/presence/sub_key/demo/channel/lobby?disable_uuids=0&limit=1000&pnsdk=NETCoreCSharp8.0.5&state=1&uuid=ann-2",
        &[
            ("/status", Is("200")),
            ("/occupancy", Is("1")),
            ("/uuids", Is("[{\"uuid\":\"ann-2\",\"state\":{\"mood\":\"a+b?\"}}]")),
        ],
    ),
    Row(
        "GET /v2/presence/sub_key/demo/channel/hall,lobby?disable_uuids=0&limit=1000&offset=1&pnsdk=NETCoreCSharp8.0.5&state=0&uuid=ann-2",
        &[
            ("/payload/channels/lobby/occupancy", Is("1")),
            ("/payload/channels/lobby/uuids", Is("[]")),
            ("/payload/total_channels", Is("2")),
            ("/payload/total_occupancy", Is("2")),
        ],
    ),
    // Neither channel nor group: everywhere, by an empty list and not by a shorter path.
    Row(
        "GET /v2/presence/sub_key/demo/channel/,?disable_uuids=1&pnsdk=NETCoreCSharp8.0.5&state=0&uuid=ann-2",
        &[("/payload/channels/hall/occupancy", Is("1")), ("/payload/total_occupancy", Is("2"))],
    ),
    Row(
        "GET /v2/presence/sub_key/demo/uuid/ann-2?pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        &[("/status", Is("200")), ("/payload/channels", List)],
    ),
    Row(
        "GET /v2/presence/sub_key/demo/channel/hall,lobby/uuid/ann-2/data?pnsdk=NETCoreCSharp8.0.5\
         &state=%7B%22mood%22%3A%22busy%22%2C%22n%22%3A7%7D&uuid=ann-2",
        &[
            ("/status", Is("200")),
            ("/message", Text),
            ("/service", Text),
            ("/payload", Is("{\"mood\":\"busy\",\"n\":7}")),
        ],
    ),
    Row(
        "GET /v2/presence/sub_key/demo/channel/,/uuid/ann-2?channel-group=staff&pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        &[("/status", Is("200")), ("/uuid", Is("\"ann-2\"")), ("/payload/channels/lobby/mood", Is("\"busy\""))],
    ),
    Row(
        "GET /publish/demo/demo/0/lobby/0/%7B%22text%22%3A%22a%2Bb%3F%2Fc%40%C5%BC%22%7D?custom_message_type=note\
         &meta=%7B%22k%22%3A%22a%2Bb%22%7D&pnsdk=NETCoreCSharp8.0.5&requestid=71ae&ttl=24&uuid=ann-2",
        SENT,
    ),
    Row("GET /publish/demo/demo/0/lobby/0/%22fire%22?norep=true&pnsdk=NETCoreCSharp8.0.5&store=0&uuid=ann-2", SENT),
    Row("GET /signal/demo/demo/0/lobby/0/%22typing%22?pnsdk=NETCoreCSharp8.0.5&uuid=ann-2", SENT),
];

pub const C_SHARP_END: &[Row] = &[
    Row(
        "GET /v2/presence/sub_key/demo/channel/lobby/leave?channel-group=staff&heartbeat=300&pnsdk=NETCoreCSharp8.0.5\
         &state=%7B%22lobby%22%3A%7B%22mood%22%3A%22busy%22%7D%7D&uuid=ann-2",
        OK,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff?pnsdk=NETCoreCSharp8.0.5&remove=hall&uuid=ann-2",
        REGISTERED,
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group?pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        &[("/status", Is("200")), ("/payload/groups", Is("[\"staff\"]")), ("/payload/namespace", Text)],
    ),
    Row(
        "GET /v1/channel-registration/sub-key/demo/channel-group/staff/remove?pnsdk=NETCoreCSharp8.0.5&uuid=ann-2",
        REGISTERED,
    ),
];
