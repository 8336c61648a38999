//! Percent-encoding, comma lists, and the query string.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::presence::{PNPRES, Subscription};

/// Everything but what RFC 3986 calls unreserved. As strict as the strictest SDK.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One name or value, percent-encoded.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A path segment or query value, decoded once. Bytes that are not UTF-8 become U+FFFD.
pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The channels and groups that a request names, exactly as they travel, `-pnpres` twins and patterns included. Each
/// list keeps its order, and holds no empty name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Names {
    /// The names in the path.
    pub channels: Vec<Arc<str>>,
    /// The names in `channel-group`.
    pub groups: Vec<Arc<str>>,
}

impl Names {
    /// The names of the subscriptions themselves.
    pub fn from_subscriptions<'a>(subscriptions: impl IntoIterator<Item = &'a Subscription>) -> Self {
        Self::with_suffix(subscriptions, "")
    }

    /// The presence twins only: whoever subscribes to these is not present.
    pub fn watching<'a>(subscriptions: impl IntoIterator<Item = &'a Subscription>) -> Self {
        Self::with_suffix(subscriptions, PNPRES)
    }

    fn with_suffix<'a>(subscriptions: impl IntoIterator<Item = &'a Subscription>, suffix: &str) -> Self {
        let mut names = Self::default();
        for subscription in subscriptions {
            let name: Arc<str> = format!("{}{suffix}", subscription.as_str()).into();
            match subscription {
                Subscription::Group(_) => names.groups.push(name),
                Subscription::Channel(_) | Subscription::Pattern(_) => names.channels.push(name),
            }
        }
        names
    }

    /// Whether it names nothing at all.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.groups.is_empty()
    }

    /// The only name, if it is a channel: here now and get state answer this case in a shorter form.
    pub fn single(&self) -> Option<&Arc<str>> {
        match (self.channels.as_slice(), self.groups.as_slice()) {
            ([one], []) => Some(one),
            _ => None,
        }
    }

    /// How the channel list travels in a path: `a,b`, or a lone `,` when there are only groups.
    pub(super) fn path_segment(&self) -> String {
        if self.channels.is_empty() { ",".to_owned() } else { join_names(&self.channels) }
    }

    /// How many bytes these names take in a URL.
    pub fn encoded_len(&self) -> usize {
        self.channels.iter().chain(&self.groups).map(|n| encode(n).len() + 1).sum()
    }

    /// From a decoded path segment and the `channel-group` values.
    pub(super) fn read(segment: &str, query: &Query) -> Self {
        Self { channels: split_names(&decode(segment)), groups: query.list("channel-group") }
    }
}

/// The channels a URL names, for error texts.
impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [join_names(&self.channels), join_names(&self.groups)].join(" ");
        f.write_str(&crate::wording::excerpt(&decode(all.trim()), 200))
    }
}

pub(super) fn join_names(names: &[Arc<str>]) -> String {
    names.iter().map(|n| encode(n)).collect::<Vec<_>>().join(",")
}

/// The names of a comma list, each once.
pub(super) fn split_names(list: &str) -> Vec<Arc<str>> {
    let mut seen = std::collections::HashSet::new();
    list.split(',').filter(|n| !n.is_empty() && seen.insert(*n)).map(Into::into).collect()
}

/// A parsed query string: decoded pairs in their order. Keys may repeat; the last one counts.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|p| !p.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A plus is a plus: SDKs send a blank as %20, and one of them sends a plus as it is.
            (decode(key), decode(value))
        });
        Self(pairs.collect())
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// As [`get`](Self::get), with an empty value counting as none.
    pub fn get_filled(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|v| !v.is_empty())
    }

    pub fn list(&self, key: &str) -> Vec<Arc<str>> {
        self.get(key).map(split_names).unwrap_or_default()
    }
}

/// Builds `path?key=value&…`, encoding as it goes.
pub(super) struct Url {
    text: String,
    queried: bool,
}

impl Url {
    pub fn new(path: String) -> Self {
        Self { text: path, queried: false }
    }

    /// Add a value, encoded.
    pub fn add(&mut self, key: &str, value: &str) {
        self.add_encoded(key, &encode(value));
    }

    pub fn add_if(&mut self, key: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.add(key, &value.to_string());
        }
    }

    /// Add a comma list, unless it is empty.
    pub fn add_list(&mut self, key: &str, names: &[Arc<str>]) {
        if !names.is_empty() {
            self.add_names(key, names);
        }
    }

    /// Add a comma list, be it empty.
    pub fn add_names(&mut self, key: &str, names: &[Arc<str>]) {
        self.add_encoded(key, &join_names(names));
    }

    fn add_encoded(&mut self, key: &str, value: &str) {
        self.text.push(if self.queried { '&' } else { '?' });
        self.queried = true;
        self.text.push_str(key);
        self.text.push('=');
        self.text.push_str(value);
    }

    pub fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_after_decoding_whatever_the_comma_looked_like() {
        for segment in ["a,b", "a%2Cb", "a%2cb,", ",a,,b"] {
            let names = Names::read(segment, &Query::parse(""));
            assert_eq!(names.channels, ["a", "b"].map(Arc::<str>::from), "{segment}");
        }
        assert!(Names::read(",", &Query::parse("")).is_empty());
        assert!(Names::read("%2C", &Query::parse("")).is_empty());
        let names = Names::read(",", &Query::parse("channel-group=g%2Ch&x"));
        assert_eq!(names.groups, ["g", "h"].map(Arc::<str>::from));
    }

    #[test]
    fn a_plus_is_a_plus_everywhere() {
        assert_eq!(Names::read("a+b", &Query::parse("")).channels, ["a+b"].map(Arc::<str>::from));
        assert_eq!(Query::parse("uuid=a+b&uuid=c%2Bd").get("uuid"), Some("c+d"));
        assert_eq!(Query::parse("uuid=a+b%20c").get("uuid"), Some("a+b c"));
    }

    #[test]
    fn only_groups_leave_a_lone_comma() {
        let names = Names { channels: vec![], groups: vec!["g".into()] };
        assert_eq!(names.path_segment(), ",");
    }
}
