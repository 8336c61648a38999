//! Variables as people set them, and the route that comes of them.

use super::*;

fn route(origin: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let environment =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
    choose_route(&Origin::parse(origin).unwrap(), &environment).map(|route| match route {
        Route::Direct => "direct".to_owned(),
        Route::System => "system".to_owned(),
        Route::Through(proxy) => proxy.shown,
    })
}

#[track_caller]
fn leads(origin: &str, variables: &[(&str, &str)], expected: &str) {
    assert_eq!(route(origin, variables).as_deref(), Ok(expected), "{origin} {variables:?}");
}

#[test]
fn the_scheme_chooses_the_variable_and_capitals_go_first() {
    leads("a.example", &[], "system");
    leads("a.example", &[("HTTPS_PROXY", "http://p:3128")], "http://p:3128");
    leads("a.example", &[("https_proxy", "p:3128")], "http://p:3128");
    leads("a.example", &[("HTTPS_PROXY", "one:1"), ("https_proxy", "two:2")], "http://one:1");
    leads("a.example", &[("HTTP_PROXY", "p:3128")], "direct");
    leads("http://a.example", &[("HTTP_PROXY", "p:3128")], "http://p:3128");
    leads("http://a.example", &[("HTTPS_PROXY", "p:3128"), ("all_proxy", "https://q")], "https://q");
    leads("a.example", &[("HTTPS_PROXY", ""), ("ALL_PROXY", "q:1")], "http://q:1");
    leads("a.example", &[("HTTPS_PROXY", " \t")], "system");
    leads("http://a.example", &[("HTTP_PROXY", "p:1"), ("REQUEST_METHOD", "GET")], "direct");
}

#[test]
fn this_machine_is_reached_directly_whatever_the_variables_say() {
    for origin in ["http://127.0.0.1:1", "http://[::1]", "localhost", "http://x.localhost", "http://0.0.0.0:1"] {
        leads(origin, &[("ALL_PROXY", "p:1"), ("HTTP_PROXY", "not a proxy"), ("NO_PROXY", "://")], "direct");
    }
    leads("http://127.evil.example", &[("ALL_PROXY", "p:1")], "http://p:1");
}

#[test]
fn what_is_excepted_is_reached_directly() {
    let covers = |no_proxy: &str, origin: &str| {
        let said = route(origin, &[("ALL_PROXY", "p:1"), ("no_proxy", no_proxy)]).unwrap();
        said == "direct"
    };
    for (no_proxy, origin) in [
        ("*", "a.example"),
        ("example", "a.example"),
        (".example", "a.example"),
        ("*.example", "a.example"),
        ("b, A.Example ,c", "A.EXAMPLE"),
        ("a.example b.example", "b.example"),
        ("a.example.", "a.example."),
        ("a.example:443", "a.example"),
        ("a.example:8080", "http://a.example:8080"),
        ("10.0.0.0/8", "http://10.1.2.3"),
        ("10.1.2.3", "http://10.1.2.3:99"),
        ("10.1.2.3:99", "http://10.1.2.3:99"),
        ("0.0.0.0/0", "http://10.1.2.3"),
        ("fd00::/8", "http://[fd00::1]:80"),
        ("[fd00::1]:5", "http://[fd00::1]:5"),
        ("10.0.0.0/8", "http://[::ffff:10.1.2.3]"),
        ("*.local, 169.254/16", "http://169.254.7.7"),
    ] {
        assert!(covers(no_proxy, origin), "{no_proxy} {origin}");
    }
    for (no_proxy, origin) in [
        ("", "a.example"),
        ("xample", "a.example"),
        ("a.example", "example"),
        ("a.example:80", "a.example"),
        ("10.0.0.0/8", "http://11.0.0.1"),
        ("10.0.0.0/8", "http://10.example"),
        ("::/0", "http://10.0.0.1"),
    ] {
        assert!(!covers(no_proxy, origin), "{no_proxy} {origin}");
    }
}

#[test]
fn what_can_not_be_meant_is_an_error_without_its_password() {
    let cure = "; write it as http://HOST:PORT, or unset it";
    for (text, said) in [
        ("http://user:MARKER@bad host", "`http://…@bad host` can't be read as a proxy"),
        ("user:MARKER@bad host", "`…@bad host` can't be read as a proxy"),
        ("http://user:MARKER", "`http://user:…` can't be read as a proxy"),
        ("http://user:MAR@KER/@h:x", "`http://…@h:x` can't be read as a proxy"),
        ("ftp://user:MARKER@h", "`ftp://…@h` is no proxy that herenow can use"),
        ("socks5://user:MARKER@h:1080", "`socks5://…@h:1080` is a SOCKS proxy, which herenow can't use"),
        ("http://", "`http://` can't be read as a proxy"),
        ("http://h:99999", "`http://h:99999` can't be read as a proxy"),
        ("http://h\u{1b}[31m", "`http://h␛[31m` can't be read as a proxy"),
    ] {
        for name in ["HTTP_PROXY", "https_proxy", "ALL_PROXY"] {
            assert_eq!(route("a.example", &[(name, text)]), Err(format!("{name}: {said}{cure}")), "{text}");
        }
    }
    for (text, shown) in [
        ("http://a.example", "http://a.example"),
        ("u:MARKER@a.example", "…@a.example"),
        ("10.0.0.0/33", "10.0.0.0/33"),
        ("169.254/x", "169.254/x"),
        ("a*b", "a*b"),
        ("a.example:port", "a.example:…"),
    ] {
        let said = route("a.example", &[("NO_PROXY", text)]).unwrap_err();
        assert!(said.starts_with(&format!("NO_PROXY: `{shown}` is no host, address or network; ")), "{said}");
    }
    leads("a.example", &[("HTTPS_PROXY", "http://user:MARKER@h:1")], "http://…@h:1");
    let environment = |name: &str| (name == "ALL_PROXY").then(|| "u:MARKER@h".into());
    let route = choose_route(&Origin::default(), &environment).unwrap();
    assert!(!format!("{route:?}").contains("MARKER"));
}

#[cfg(unix)]
#[test]
fn what_is_not_text_is_an_error() {
    use std::os::unix::ffi::OsStringExt;
    let environment = |name: &str| (name == "no_proxy").then(|| OsString::from_vec(vec![0xff]));
    let said = choose_route(&Origin::default(), &environment).unwrap_err();
    assert_eq!(said, "no_proxy is not text in UTF-8; change it, or unset it");
}
