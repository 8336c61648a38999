//! Which hosts and pages are meant, however they are written.

use super::*;

const BOUND: [IpAddr; 2] = [
    IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 5)),
    // As a socket of IPv6 has it.
    IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x0106)),
];

fn allowing(hosts: &[&str], origins: &[&str]) -> BrowserAccess {
    let mut access = BrowserAccess::default();
    for host in hosts {
        access.allow_host(host).unwrap();
    }
    for origin in origins {
        access.allow_origin(origin).unwrap();
    }
    access
}

fn judge(access: &BrowserAccess, headers: &[(&'static str, &str)]) -> AskingPage {
    let all = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    let mut map = HeaderMap::new();
    all.for_each(|(name, value)| {
        map.append(name, value);
    });
    access.judge_page(&map)
}

#[test]
fn attack_03_a_host_is_ours_or_allowed_or_foreign() {
    let access = allowing(&["Presence.Test.", "10.0.0.7", "::2", "[2001:db8::1]:80"], &[]);
    for ours in [
        "localhost",
        "localhost:7710",
        "LOCALHOST.",
        "localhost.:1",
        "a.localhost",
        "A.b.LocalHost.:7",
        "127.0.0.1",
        "127.255.0.9:1",
        "[::1]",
        "[::1]:7710",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "192.168.1.5",
        "192.168.1.6:7710",
        "[::ffff:192.168.1.5]",
        "presence.test",
        "PRESENCE.test:1",
        "10.0.0.7:1",
        "[::2]:1",
        "[2001:db8::1]",
        "localhost:",
    ] {
        assert!(access.answers_for(ours, BOUND), "{ours}");
    }
    for foreign in [
        "",
        "evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "127.evil.example",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0177.0.0.1",
        "0.0.0.0",
        "192.168.1.7",
        "[::2",
        "::1",
        "[::1]x",
        "[::1%1]",
        "localhost:x",
        "localhost:99999",
        "localhost:1:2",
        ".localhost:x",
        "a.presence.test",
        "[localhost]",
        "..",
    ] {
        assert!(!access.answers_for(foreign, BOUND), "{foreign}");
    }
}

#[test]
fn attack_03_pages_of_this_machine_are_allowed_and_all_others_foreign() {
    let plain = BrowserAccess::default();
    for origin in [
        "http://localhost",
        "http://localhost:3000",
        "https://LOCALHOST:8443",
        "http://127.0.0.1:80",
        "http://[::1]:5173",
        "http://app.localhost:1234",
        "http://127.9.9.9",
    ] {
        let allowed = AskingPage::Allowed(origin.parse().unwrap());
        assert_eq!(judge(&plain, &[("origin", origin), ("sec-fetch-site", "cross-site")]), allowed, "{origin}");
        assert_eq!(judge(&plain, &[("referer", &format!("{origin}/page?x=http://evil.example"))]), AskingPage::None);
    }
    for origin in [
        "https://evil.example",
        "null",
        "",
        "http://localhost.evil.example",
        "http://evil.example:7710",
        "file://",
        "capacitor://localhost",
        "http://192.168.1.5",
        "localhost",
        "http://",
        "http://localhost evil.example",
    ] {
        assert_eq!(judge(&plain, &[("origin", origin)]), AskingPage::Foreign, "{origin}");
        assert_eq!(judge(&plain, &[("referer", origin)]), AskingPage::Foreign, "{origin}");
    }
    let two = [("origin", "http://localhost"), ("origin", "http://localhost")];
    assert_eq!(judge(&plain, &two), AskingPage::Foreign);
}

#[test]
fn attack_03_what_only_says_that_it_is_from_elsewhere_is_foreign() {
    let plain = BrowserAccess::default();
    for (headers, page) in [
        (&[][..], AskingPage::None),
        // A person typed it; a page of our own, if we had one.
        (&[("sec-fetch-site", "none")], AskingPage::None),
        (&[("sec-fetch-site", "same-origin")], AskingPage::None),
        (&[("sec-fetch-site", "cross-site")], AskingPage::Foreign),
        (&[("sec-fetch-site", "same-site")], AskingPage::Foreign),
        (&[("sec-fetch-site", "cross-site"), ("referer", "http://localhost/")], AskingPage::Foreign),
        // Node's `fetch`.
        (&[("sec-fetch-mode", "cors")], AskingPage::None),
        (&[("sec-fetch-site", "none"), ("referer", "https://evil.example/")], AskingPage::Foreign),
    ] {
        assert_eq!(judge(&plain, headers), page, "{headers:?}");
    }
}

#[test]
fn an_origin_that_is_allowed_is_compared_as_browsers_write_it() {
    let access =
        allowing(&[], &["https://App.Example:443/", "http://app.example:8080", "null", "capacitor://localhost"]);
    for origin in ["https://app.example", "http://app.example:8080", "null", "capacitor://localhost"] {
        assert_eq!(judge(&access, &[("origin", origin)]), AskingPage::Allowed(origin.parse().unwrap()));
    }
    for origin in ["http://app.example", "https://app.example:8080", "https://x.app.example", "http://app.example:80"] {
        assert_eq!(judge(&access, &[("origin", origin)]), AskingPage::Foreign, "{origin}");
    }
    let any = allowing(&[], &["*"]);
    let everybody = AskingPage::Allowed(HeaderValue::from_static("*"));
    assert_eq!(judge(&any, &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]), everybody);
    assert_eq!(judge(&any, &[]), everybody);
    let mut access = BrowserAccess::default();
    for bad in ["", "app.example", "https://app.example/path", "https://*.example", "https://a b", "https://u@h", "**"]
    {
        assert!(access.allow_origin(bad).is_err(), "{bad}");
    }
    for bad in ["", "a b", "http://a", "*", "a/b", "[::1"] {
        assert!(access.allow_host(bad).is_err(), "{bad}");
    }
    assert_eq!(access, BrowserAccess::default());
}

#[test]
fn a_browser_is_known_by_what_it_sends() {
    let is_browser = |headers: &[(&'static str, &'static str)]| {
        let all = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_from_browser(&all.collect())
    };
    for name in ["origin", "referer", "sec-fetch-site", "sec-fetch-dest", "sec-fetch-user", "sec-fetch-storage-access"]
    {
        assert!(is_browser(&[(name, "")]), "{name}");
    }
    assert!(is_browser(&[("sec-fetch-mode", "navigate")]) && is_browser(&[("sec-fetch-mode", "no-cors")]));
    assert!(!is_browser(&[]) && !is_browser(&[("sec-fetch-mode", "cors")]), "Node sends it");
}
