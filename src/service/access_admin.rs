//! `/herenow/access`: who may do what, read and changed while the service runs.

use serde_json::json;

use super::{AccessRule, Core, Grant, host::Host};

/// The rules of a body, one a line. One mistake refuses them all.
fn parse_rules(lines: &str) -> Result<Vec<AccessRule>, String> {
    let filled = |(_, line): &(usize, &str)| !line.trim().is_empty();
    let rules = lines.lines().zip(1..).map(|(line, at)| (at, line)).filter(filled);
    let rules: Vec<AccessRule> = rules
        .map(|(at, line)| line.parse().map_err(|why| format!("line {at}: {why}")))
        .collect::<Result<_, String>>()?;
    if rules.is_empty() {
        return Err("the body holds no rule; write one a line, as in `deny lobby`".into());
    }
    Ok(rules)
}

/// Carry out the rules of a body.
///
/// # Errors
/// Says in which line what is wrong, and nothing of a token.
pub(super) fn change_access(host: &Host, lines: &str) -> Result<(), String> {
    let rules = parse_rules(lines)?;
    host.with_core(|core, now| core.change_access(rules, now)).map_err(|full| full.to_string())
}

/// The rules in force. A token is told by its ends.
pub(super) fn report_access(host: &Host) -> String {
    let ((rules, tokens, reads_tokens), now) = host.with_core(|core: &mut Core, now| (core.list_access(), now));
    let tokens: Vec<_> = tokens
        .into_iter()
        .map(|(token, grant)| match grant {
            Grant::Good => json!({"token": token, "is": "good"}),
            Grant::Until(end) if now < end => {
                json!({"token": token, "is": "good", "seconds_left": end.since(now).as_secs()})
            }
            Grant::Until(_) => json!({"token": token, "is": "expired"}),
            Grant::Revoked => json!({"token": token, "is": "revoked"}),
        })
        .collect();
    let mode = if reads_tokens { "v3" } else { "open" };
    json!({"access": mode, "rules": rules, "status": 200, "tokens": tokens}).to_string()
}
