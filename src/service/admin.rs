//! `/herenow/…`: the administration of a running service, from this machine only.
//!
//! | request | does |
//! |---|---|
//! | `GET /herenow/status` | counts: keys, users present, connections, open polls, bytes held, requests by kind, webhooks by what became of them |
//! | `GET /herenow/ledger?user=ann` | the last requests of a user, newest first; `limit=`, and `key=` for one application |
//! | `GET /herenow/faults` | the faults in force and how often each has struck |
//! | `POST /herenow/faults` | puts the faults in force that the body names, one a line |
//! | `DELETE /herenow/faults` | ends them all |
//! | `GET /herenow/access` | the rules of access in force, tokens masked |
//! | `POST /herenow/access` | carries out the rules that the body names, one a line |
//! | `DELETE /herenow/access` | undoes that: the rules that the service began with are in force again |

use hyper::{Method, Request as HttpRequest, body::Incoming};
use serde_json::json;

use super::{
    Core, FaultRule, MOST_FAULTS,
    access_admin::{change_access, report_access},
    browsers::is_from_browser,
    front::RequestHead,
    host::Host,
    request_body::read_body,
};
use crate::{
    presence::UserRequests,
    wire::{Refusal, UserRequestsQuery},
};

/// The prefix of the paths.
pub(super) const PREFIX: &str = "/herenow/";

fn refuse_with(status: u16, message: &str) -> (u16, String) {
    let refusal = Refusal { status, message: message.into(), service: "herenow".into(), ..Refusal::default() };
    (status, refusal.encode())
}

/// Answer a request of the person who runs the service. Whatever a browser sends is refused: any page that the person
/// visits can reach this address.
pub(super) async fn answer_admin(
    host: &Host,
    local: bool,
    head: &RequestHead,
    request: HttpRequest<Incoming>,
) -> (u16, String) {
    if !local || is_from_browser(request.headers()) {
        return refuse_with(403, "only a program on the same machine may do this, such as curl, and no browser");
    }
    match (request.method().clone(), head.path().strip_prefix(PREFIX)) {
        (Method::GET, Some("status")) => (200, report_status(host)),
        (Method::GET, Some("ledger")) => match UserRequestsQuery::parse(head.query()) {
            Ok(query) => (200, report_requests(host, &query)),
            Err(why) => refuse_with(400, &why),
        },
        (Method::GET, Some("faults")) => (200, report_faults(host)),
        (Method::DELETE, Some("faults")) => {
            host.with_core(|core, _| core.clear_faults());
            (200, report_faults(host))
        }
        (Method::POST, Some("faults")) => match read_body(request, host.bounds.slow_asker, &host.memory).await {
            Ok(lines) => match parse_faults(&lines) {
                Ok(rules) => {
                    let all_fit = host.with_core(|core, now| {
                        let all_fit = core.list_faults(now).len() + rules.len() <= MOST_FAULTS;
                        rules.into_iter().filter(|_| all_fit).for_each(|rule| core.add_fault(rule, now));
                        all_fit
                    });
                    if all_fit {
                        (200, report_faults(host))
                    } else {
                        let why = format!("at most {MOST_FAULTS} faults can be in force; DELETE ends them all");
                        refuse_with(400, &why)
                    }
                }
                Err(why) => refuse_with(400, &why),
            },
            Err(refused) => refused,
        },
        (Method::GET, Some("access")) => (200, report_access(host)),
        (Method::DELETE, Some("access")) => {
            host.with_core(Core::reset_access);
            (200, report_access(host))
        }
        (Method::POST, Some("access")) => match read_body(request, host.bounds.slow_asker, &host.memory).await {
            Ok(lines) => {
                change_access(host, &lines).map_or_else(|why| refuse_with(400, &why), |()| (200, report_access(host)))
            }
            Err(refused) => refused,
        },
        (_, Some("status" | "ledger" | "faults" | "access")) => {
            refuse_with(405, "GET status or ledger; GET, POST or DELETE faults or access")
        }
        _ => refuse_with(404, "there are /herenow/status, /herenow/ledger, /herenow/faults and /herenow/access"),
    }
}

/// The faults of a body, one a line. One mistake refuses them all.
fn parse_faults(lines: &str) -> Result<Vec<FaultRule>, String> {
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err("the body names no fault; write one a line, as in `429=5 on=subscribe times=3`".into());
    }
    lines.into_iter().map(|line| line.parse::<FaultRule>().map_err(|e| e.to_string())).collect()
}

fn report_faults(host: &Host) -> String {
    let list = host.with_core(Core::list_faults);
    let list: Vec<_> = list.iter().map(|(rule, struck)| json!({"fault": rule.to_string(), "struck": struck})).collect();
    json!({"faults": list, "status": 200}).to_string()
}

fn report_requests(host: &Host, query: &UserRequestsQuery) -> String {
    let (at, presence_timeout) = host.with_core(|core, now| (now, core.presence_timeout()));
    let requests = host.recent.list(&query.user, query.subscribe_key.as_ref(), query.limit);
    UserRequests { at, presence_timeout, requests }.encode()
}

fn report_status(host: &Host) -> String {
    let ((keys, present, polls), memory) = host.with_core(|core, _| (core.counts(), core.memory_used()));
    let requests = host.request_counts();
    let mut report = json!({"connections": host.count_connections(), "memory": memory, "open_polls": polls,
        "present": present, "requests": requests, "status": 200, "subscribe_keys": keys,
        "version": env!("CARGO_PKG_VERSION")});
    if let Some(webhooks) = host.webhook_counts() {
        report["webhooks"] = json!({"delivered": webhooks.delivered, "dropped": webhooks.dropped,
            "failed_posts": webhooks.failed_posts, "given_up": webhooks.given_up, "lost": webhooks.lost,
            "posts": webhooks.posts, "trouble": webhooks.trouble, "waiting": webhooks.waiting});
    }
    report.to_string()
}
