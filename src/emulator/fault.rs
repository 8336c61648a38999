//! Faults as they are written: as a flag, in a scenario and over the admin endpoint. Pure.

use std::{fmt, str::FromStr, time::Duration};

use crate::{
    duration::{BadSpan, Span},
    presence::{sanitize, sanitize_sentence},
};

/// The longest duration of a fault, and of a delay: more would be a typing mistake.
const DAY: Duration = Duration::from_secs(86_400);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `delay=500ms`: the answer comes so much later.
    Delay(Duration),
    /// `drop`: the connection is closed without an answer, before the request had an effect.
    Drop,
    /// `lose-answer`: the request has its effect, then the connection is closed without an answer.
    LoseAnswer,
    /// `403`: refused, naming every channel and group of the request.
    Forbidden,
    /// `429=5`: refused, with so many seconds in `Retry-After`; 1 if not given.
    TooMany(u64),
    /// `500`: failed, with the JSON of the presence service.
    Error,
    /// `500-html`: failed, with the HTML page of a proxy.
    ErrorPage,
    /// `truncate`: 200 with the first half of the JSON.
    Truncate,
    /// `cut`: half of the body, then the connection is closed.
    Cut,
    /// `garbage`: 200 with bytes that are not JSON.
    Garbage,
    /// `empty`: 200 with an empty body.
    Empty,
    /// `slow=100`: the body comes at so many bytes a second.
    Slow(u64),
    /// `duplicate`: events come twice.
    Duplicate,
    /// `reorder`: the events of a reply are shuffled.
    Reorder,
    /// `step-back=5s`: the cursor of a reply is set back so far, so that events come again.
    StepBack(Duration),
    /// `lose`: events are lost.
    Lose,
    /// `webhook-late=5s`: a webhook is sent so much later, behind others.
    WebhookLate(Duration),
    /// `webhook-twice`: a webhook is sent twice.
    WebhookTwice,
    /// `webhook-lost`: a webhook is never sent.
    WebhookLost,
}

impl Fault {
    /// Whether it happens to the events of a reply, not to a request.
    pub(super) fn is_in_stream(self) -> bool {
        matches!(self, Self::Duplicate | Self::Reorder | Self::StepBack(_) | Self::Lose)
    }

    /// Whether it happens to webhooks, not to a request.
    pub(super) fn is_of_webhooks(self) -> bool {
        matches!(self, Self::WebhookLate(_) | Self::WebhookTwice | Self::WebhookLost)
    }
}

/// Every fault: how it is written, with an example of its value where it takes one, and what goes wrong.
const WORDS: &[(&str, &str, &str)] = &[
    ("delay", "=500ms", "the answer comes later"),
    ("drop", "", "the connection is closed without an answer, before the request had an effect"),
    ("lose-answer", "", "the request has its effect, then the connection is closed without an answer"),
    ("403", "", "access is refused, naming every channel and group of the request"),
    ("429", "=5", "too many requests, with so many seconds in `Retry-After`, 1 if not given"),
    ("500", "", "an error, as the presence service says it"),
    ("500-html", "", "an error, as a proxy says it"),
    ("truncate", "", "200 with half of the JSON"),
    ("cut", "", "half of the body, then the connection is closed"),
    ("garbage", "", "200 with what is not JSON"),
    ("empty", "", "200 with nothing"),
    ("slow", "=100", "the body comes at so many bytes a second"),
    ("duplicate", "", "events come twice (`chance` is per event)"),
    ("reorder", "", "the events of a reply are shuffled"),
    ("step-back", "=5s", "the cursor of a reply lies so far back, so that events come again"),
    ("lose", "", "events are lost (`chance` is per event)"),
    ("webhook-late", "=5s", "a webhook is sent so much later (`chance` is per webhook)"),
    ("webhook-twice", "", "a webhook is sent twice"),
    ("webhook-lost", "", "a webhook is never sent"),
];

/// Kinds of requests a fault can be limited to, as the ledger calls them.
const KINDS: &[&str] = &[
    "subscribe",
    "heartbeat",
    "leave",
    "here-now",
    "where-now",
    "set-state",
    "get-state",
    "publish",
    "signal",
    "time",
    "groups",
];

/// A fault and when it strikes. Parsed from, and displayed as, one line: `delay=500ms on=subscribe chance=10%`,
/// `429=5 times=3`, `lose chance=5% for=30s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// The kind of request it is limited to; `None`: any. Faults of events concern subscribes only.
    pub on: Option<&'static str>,
    /// The probability, 0 to 1: per request, per event for `lose` and `duplicate`, or per webhook.
    pub chance: f64,
    /// How often it strikes at the most; `None`: no limit.
    pub times: Option<u32>,
    /// How long it stays in force; `None`: until it is cleared.
    pub lasts: Option<Duration>,
}

/// Why a line is not a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{line}` is not a fault: {why}")]
pub struct FaultError {
    line: String,
    why: String,
}

/// Every fault as it is written, for error messages.
pub fn list_fault_words() -> String {
    WORDS.iter().map(|(word, value, _)| format!("{word}{value}")).collect::<Vec<_>>().join(" ")
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let Span(time) = text.parse().map_err(|e: BadSpan| e.to_string())?;
    if !time.as_nanos().is_multiple_of(1_000_000) {
        return Err(format!("`{text}` is no whole number of milliseconds"));
    }
    (time <= DAY).then_some(time).ok_or_else(|| format!("`{text}` is longer than a day"))
}

fn parse_number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

fn parse_fault(word: &str, value: Option<&str>) -> Result<Fault, String> {
    let duration = || parse_duration(value.ok_or_else(|| format!("{word} needs a duration, as in {word}=500ms"))?);
    let takes_value = matches!(word, "delay" | "429" | "slow" | "step-back" | "webhook-late");
    if let Some(value) = value.filter(|_| !takes_value && WORDS.iter().any(|(w, ..)| *w == word)) {
        return Err(format!("{word} takes no value, but was given `{value}`"));
    }
    Ok(match word {
        "delay" => Fault::Delay(duration()?),
        "drop" => Fault::Drop,
        "lose-answer" => Fault::LoseAnswer,
        "403" => Fault::Forbidden,
        "429" => Fault::TooMany(value.map_or(Ok(1), parse_number)?),
        "500" => Fault::Error,
        "500-html" => Fault::ErrorPage,
        "truncate" => Fault::Truncate,
        "cut" => Fault::Cut,
        "garbage" => Fault::Garbage,
        "empty" => Fault::Empty,
        "slow" => match value.map_or(Ok(100), parse_number)? {
            0 => return Err("slow=0 would never end; drop closes the connection".into()),
            rate => Fault::Slow(rate),
        },
        "duplicate" => Fault::Duplicate,
        "reorder" => Fault::Reorder,
        "step-back" => Fault::StepBack(duration()?),
        "lose" => Fault::Lose,
        "webhook-late" => Fault::WebhookLate(duration()?),
        "webhook-twice" => Fault::WebhookTwice,
        "webhook-lost" => Fault::WebhookLost,
        other => return Err(format!("there is no `{other}`; there are {}", list_fault_words())),
    })
}

impl FromStr for FaultRule {
    type Err = FaultError;

    fn from_str(line: &str) -> Result<Self, FaultError> {
        let bad = |why: String| FaultError {
            line: sanitize(&crate::wording::excerpt(line.trim(), 100)).into_owned(),
            why: sanitize_sentence(&why).into_owned(),
        };
        let mut words = line.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        let what = words.next().ok_or_else(|| bad(format!("it is empty; there are {}", list_fault_words())))?;
        let (word, value) = what.split_once('=').map_or((what, None), |(w, v)| (w, Some(v)));
        let mut rule =
            Self { fault: parse_fault(word, value).map_err(bad)?, on: None, chance: 1.0, times: None, lasts: None };
        for word in words {
            let set = |rule: &mut Self| -> Result<(), String> {
                match word.split_once('=') {
                    Some(("on", "any")) => rule.on = None,
                    Some(("on", kind)) => {
                        let known = KINDS.iter().find(|k| **k == kind);
                        rule.on = Some(known.ok_or_else(|| format!("on={kind}: there are {}", KINDS.join(" ")))?);
                    }
                    Some(("chance", percent)) => {
                        let chance = parse_number::<f64>(percent.trim_end_matches('%'))? / 100.0;
                        if !(0.0..=1.0).contains(&chance) {
                            return Err(format!("chance={percent} is not between 0% and 100%"));
                        }
                        rule.chance = chance;
                    }
                    Some(("times", times)) => rule.times = Some(parse_number(times)?),
                    Some(("for", time)) => rule.lasts = Some(parse_duration(time)?),
                    _ => return Err(format!("after the fault come on=, chance=, times= and for=, not `{word}`")),
                }
                Ok(())
            };
            set(&mut rule).map_err(bad)?;
        }
        if rule.fault.is_in_stream() && rule.on.is_some_and(|on| on != "subscribe") {
            return Err(bad(format!("{word} happens to events, which only a subscribe brings; leave on= out")));
        }
        if rule.fault.is_of_webhooks() && rule.on.is_some() {
            return Err(bad(format!("{word} happens to webhooks, which no request brings; leave on= out")));
        }
        Ok(rule)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(by) => write!(f, "delay={}", Span(*by)),
            Self::Drop => f.write_str("drop"),
            Self::LoseAnswer => f.write_str("lose-answer"),
            Self::Forbidden => f.write_str("403"),
            Self::TooMany(seconds) => write!(f, "429={seconds}"),
            Self::Error => f.write_str("500"),
            Self::ErrorPage => f.write_str("500-html"),
            Self::Truncate => f.write_str("truncate"),
            Self::Cut => f.write_str("cut"),
            Self::Garbage => f.write_str("garbage"),
            Self::Empty => f.write_str("empty"),
            Self::Slow(rate) => write!(f, "slow={rate}"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::Reorder => f.write_str("reorder"),
            Self::StepBack(by) => write!(f, "step-back={}", Span(*by)),
            Self::Lose => f.write_str("lose"),
            Self::WebhookLate(by) => write!(f, "webhook-late={}", Span(*by)),
            Self::WebhookTwice => f.write_str("webhook-twice"),
            Self::WebhookLost => f.write_str("webhook-lost"),
        }
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        if let Some(kind) = self.on {
            write!(f, " on={kind}")?;
        }
        if self.chance < 1.0 {
            // As it was written: a float makes 7.000000000000001 of 7.
            write!(f, " chance={}%", (self.chance * 1e11).round() / 1e9)?;
        }
        if let Some(times) = self.times {
            write!(f, " times={times}")?;
        }
        if let Some(lasts) = self.lasts {
            write!(f, " for={}", Span(lasts))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
