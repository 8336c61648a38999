//! What the file may say, and what is said about what it may not.

use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("c.toml"), Some(0o600)).map_err(|e| e.to_string())
}

#[track_caller]
fn refused(text: &str, sentence: &str) {
    let said = parse(text).expect_err(text);
    assert_eq!(said, sentence, "{text:?}");
}

const TWO: &str = "default-keyset = \"b\"\n\n[keyset.b]\nsubscribe-key = \"demo\"\n\n[keyset.a]\n";

#[test]
fn nothing_is_a_configuration_too() {
    for text in ["", "# nothing\n", "\r\n"] {
        let config = parse(text).unwrap();
        assert!(config.keysets.is_empty() && config.file.is_some());
    }
}

#[test]
fn many_keysets_are_read_in_one_go_over_the_text() {
    let keyset = |n: u32| format!("[keyset.k{n}]\nsubscribe-key = \"demo\"\norigin = \"a.b\"\n");
    let text = (0..2_000).map(keyset).collect::<Vec<_>>().concat();
    let before = crate::files::INDEXED.get();
    let config = parse(&text).unwrap();
    assert_eq!(
        crate::files::INDEXED.get() - before,
        text.len(),
        "each byte is looked at once, not once for each value"
    );
    assert_eq!(config.keysets.len(), 2_000);
    assert_eq!(config.keyset("k1999").unwrap().values.origin.from.to_string(), "c.toml:6000");
}

#[test]
fn every_entry_is_read_with_its_line() {
    let text = "default-keyset = \"live\"\r\n[keyset.live]\nsubscribe-key = \"sub-c-x\"\npublish-key = \"pub-c-x\"\n\
        token-command = \"pass show x\"\nuser-id = \"ops\"\norigin = \"http://127.0.0.1:80\"\nregion = \"eu\"\n\
        production = true\nread-only = false\nchannels = [\"lobby\", \"match.*\"]\ngroups = [\"vips\"]\n\
        [limits]\nrequests-per-second = 0x10\npresence-timeout = \"5m\"\n[service]\nannounce-max = 3\ninterval = \"2s\"\n";
    let config = parse(text).unwrap();
    let keyset = config.default_one().unwrap();
    assert_eq!(keyset.from.to_string(), "c.toml:2");
    let values = &keyset.values;
    assert_eq!(values.subscribe_key.as_ref().unwrap().from.to_string(), "c.toml:3");
    let token = values.token.as_ref().unwrap();
    assert_eq!(format!("{} {}", token.value, token.from), "provided by the command `pass` c.toml:5");
    assert_eq!(values.channels.value.len(), 2);
    assert_eq!(values.groups.value[0].as_str(), "vips");
    assert!(values.production.value && !values.read_only.value);
    assert_eq!(values.region.as_ref().unwrap().value, "eu");
    let values = &config.values;
    assert_eq!(values.budget.value, 16);
    assert_eq!(
        (values.presence_timeout.value.as_secs(), &values.presence_timeout.from),
        (300, &Whence::File { file: "c.toml".into(), line: 15 })
    );
    let service: Vec<String> = values.service.iter().map(|s| format!("{} {}", s.name, s.from)).collect();
    assert_eq!(service, ["announce-max c.toml:17", "interval c.toml:18"]);
    assert_eq!(values.service[1].value.as_str(), Some("2s"));
    assert_eq!(format!("{:?}", values.service[0]), "ServiceEntry(\"announce-max\", c.toml:17)");
}

#[test]
fn unknown_names_are_said_with_the_nearest_one() {
    refused(
        "default-keyst = \"a\"",
        "c.toml, line 1: there is no `default-keyst` in the configuration; did you mean `default-keyset`?",
    );
    refused(
        "[keyset.a]\n\nsubcribe-key = \"x\"",
        "c.toml, line 3: there is no `subcribe-key` in [keyset.a]; did you mean `subscribe-key`?",
    );
    refused(
        "[keyset.a]\nsubscribe_key = \"x\"",
        "c.toml, line 2: there is no `subscribe_key` in [keyset.a]; did you mean `subscribe-key`?",
    );
    refused(
        "[limits]\nzzz = 1",
        "c.toml, line 2: there is no `zzz` in [limits]; there are requests-per-second, most-names, presence-timeout, frames-per-second, \
         log-entries, keep, keep-memory",
    );
    refused(
        "[zebra]\n",
        "c.toml, line 1: there is no `zebra` in the configuration; there are default-keyset, theme, keyset, keys, limits, \
         tariff, notifications, log, service",
    );
    refused(
        "\"\\u001b[2J\" = 1",
        "c.toml, line 1: there is no `␛[2J` in the configuration; there are default-keyset, theme, keyset, keys, limits, \
         tariff, notifications, log, service",
    );
}

#[test]
fn wrong_types_are_said_by_name_and_never_by_value() {
    refused("default-keyset = 1", "c.toml, line 1: `default-keyset` is a number; it has to be text in quotes");
    refused("keyset = \"a\"", "c.toml, line 1: `keyset` is text; it has to be a table, [keyset.NAME]");
    refused("[keyset]\na = 1", "c.toml, line 2: `a` is a number; it has to be a table, [keyset.a]");
    refused("[keyset.a]\ntoken = [\"MARKER\"]", "c.toml, line 2: `token` is a list; it has to be text in quotes");
    refused("[keyset.a]\nproduction = \"MARKER\"", "c.toml, line 2: `production` is text; it has to be true or false");
    refused(
        "[keyset.a]\nchannels = \"a\"",
        "c.toml, line 2: `channels` is text; it has to be a list of texts, such as [\"a\", \"b\"]",
    );
    refused(
        "[keyset.a]\nchannels = [\"a\", 1]",
        "c.toml, line 2: `channels` is a list; it has to be a list of texts, such as [\"a\", \"b\"]",
    );
    refused(
        "[limits]\nrequests-per-second = 2.5",
        "c.toml, line 2: `requests-per-second` is a number; it has to be a whole number from 1 to 1000",
    );
    refused("[limits]\nrequests-per-second = -1", "c.toml, line 2: `requests-per-second` is -1; it can be 1 to 1000");
    refused(
        "[limits]\npresence-timeout = 4",
        "c.toml, line 2: `presence-timeout` is 4s; it can be 5s to 3600s, in whole seconds",
    );
    refused(
        "[limits]\npresence-timeout = \"soon\"",
        "c.toml, line 2: `presence-timeout`: `soon` is not a length of time; write 10, 500ms, 5s or 1m30s",
    );
    refused("service = 1", "c.toml, line 1: `service` is a number; it has to be a table, [service]");
}

#[test]
fn names_that_the_service_would_refuse_are_refused_here() {
    refused(
        "[keyset.\"\"]",
        "c.toml, line 1: `` is no name for a keyset; 1 to 64 characters will do, as in [keyset.staging]",
    );
    refused(
        "[keyset.\"a\\u0007\"]",
        "c.toml, line 1: `a␇` is no name for a keyset; 1 to 64 characters will do, as in [keyset.staging]",
    );
    refused("[keyset.a]\nuser-id = \" \"", "c.toml, line 2: `user-id` is empty; give it a value or leave it out");
    refused(
        "[keyset.a]\nregion = \"a region of more than twenty\"",
        "c.toml, line 2: `region` has 28 characters; it can have 1 to 20",
    );
    for (line, part) in [
        ("subscribe-key = \"MARKER/x\"", "line 2: the subscribe key holds `/`, which no key does; copy it again"),
        ("publish-key = \"MARKER x\"", "line 2: the publish key holds a space, which no key does"),
        ("origin = \"me:MARKER@host\"", "line 2: the origin holds an `@`"),
        ("origin = \"ftp://x\"", "`ftp://x` is not an origin"),
        ("channels = [\"a,b\"]", "line 2: the channel `a,b` holds `,`"),
        ("channels = [\"\"]", "`channels` is empty"),
        ("groups = [\"a/b\"]", "line 2: the channel group `a/b` holds `/`"),
        ("user-id = \"a\\u001bb\"", "U+001B"),
        ("token-command = []", "`token-command` is empty; name a program"),
        ("token = \"\"", "`token` is empty"),
    ] {
        let said = parse(&format!("[keyset.a]\n{line}\n")).expect_err(line);
        assert!(said.contains(part) && !said.contains("MARKER"), "{line}: {said}");
    }
}

#[test]
fn what_is_not_toml_is_said_with_its_line_and_without_its_text() {
    refused(
        "default-keyset = \"a\"\ndefault-keyset = \"b\"",
        "c.toml, line 2: `default-keyset` is there twice; leave one of them out",
    );
    refused("[keyset.a]\n[keyset.b]\n[keyset.a]", "c.toml, line 3: `a` is there twice; leave one of them out");
    for text in [
        "[keyset.a]\ntoken = \"MARKER",
        "[keyset.a]\ntoken = MARKER",
        "[keyset.a]\ntoken = 'MARKER' 'MARKER'",
        "x\n\0MARKER",
    ] {
        let said = parse(text).expect_err(text);
        assert!(said.starts_with("c.toml, line ") && said.contains("; this is not TOML"), "{text:?}: {said}");
        assert!(!said.contains("MARKER") && !said.contains('\n'), "{text:?}: {said}");
    }
    assert!(parse(&"[".repeat(100_000)).is_err());
    assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_err());
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_refused_with_the_cure() {
    let file = Path::new("/h/c.toml");
    let parse =
        |line: &str, mode| Config::parse(&format!("[keyset.a]\n{line}\n"), file, mode).map_err(|e| e.to_string());
    assert_eq!(
        parse("token = \"MARKER\"", Some(0o644)).unwrap_err(),
        "/h/c.toml, line 2: the token of `a` can be read by others (the file's mode is 0644); \
         run `chmod 600 /h/c.toml`, or use token-file or token-command"
    );
    assert_eq!(
        parse("token-command = [\"pass\"]", Some(0o664)).unwrap_err(),
        "/h/c.toml, line 2: `token-command` in [keyset.a] can be changed by others (the file's mode is 0664); \
         run `chmod go-w /h/c.toml`"
    );
    assert_eq!(
        parse("token = \"MARKER\"\ntoken-file = \"t\"", Some(0o600)).unwrap_err(),
        "/h/c.toml, line 3: `a` has more than one of token, token-file and token-command; leave all but one out"
    );
    assert!(parse("token = \"MARKER\"", None).is_ok(), "where files have no such permissions");
    assert!(parse("token-command = \"pass\"", Some(0o644)).is_ok());
    let config = parse("token = \"MARKER\"", Some(0o400)).unwrap();
    assert!(!format!("{config:?}").contains("MARKER"), "{config:?}");
    let config = parse("token-file = \"t\"", Some(0o644)).unwrap();
    let token = config.keysets[0].values.token.clone().unwrap().value;
    assert_eq!(token.to_string(), "provided by the file /h/t");
    let config = parse("token-command = \"KEY=MARKER pass MARKER\"", Some(0o600)).unwrap();
    assert_eq!(
        format!("{:?}", config.keysets[0].values.token.clone().unwrap().value),
        "TokenFrom(provided by the command `pass`)"
    );
}

#[test]
fn a_keyset_is_chosen_by_name_or_by_default_and_by_nothing_else() {
    let chosen = |text: &str, asked: Option<&str>| {
        let asked = asked.map(|name| Sourced::flag("--keyset", name.into()));
        parse(text).unwrap().choose(asked.as_ref()).map(|k| k.name.to_string()).map_err(|e| e.to_string())
    };
    assert_eq!(chosen(TWO, None).as_deref(), Ok("b"));
    assert_eq!(chosen(TWO, Some("a")).as_deref(), Ok("a"));
    let gone = TWO.replace("\"b\"", "\"old\"");
    for (text, asked, why) in [
        (TWO, Some("c"), "--keyset: there is no keyset `c`; there are b, a"),
        (TWO, Some(" "), "--keyset: the keyset's name is empty; name one of the configuration"),
        (
            "[keyset.staging]\n[keyset.live]",
            Some("stagin"),
            "--keyset: there is no keyset `stagin`; did you mean `staging`?",
        ),
        (
            "[keyset.b]\n[keyset.a]",
            None,
            "no keyset is chosen: in c.toml there are b, a; choose with --keyset NAME, or set default-keyset there",
        ),
        (
            gone.as_str(),
            None,
            "c.toml, line 1: there is no keyset `old`, which is to be the default; change that line, or give --keyset NAME; there are b, a",
        ),
        (
            "",
            None,
            "there is no keyset; add a table [keyset.NAME] with its subscribe-key to c.toml, or give --subscribe-key sub-c-…",
        ),
        ("", Some("a"), "--keyset: there is no keyset `a`; add a table [keyset.NAME] with its subscribe-key to c.toml"),
    ] {
        assert_eq!(chosen(text, asked).unwrap_err(), why);
    }
    let none = Config::default().choose(None).unwrap_err().to_string();
    assert!(none.starts_with("there is no keyset; `herenow config init`"), "{none}");
    assert!(parse(&gone).unwrap().find(None).unwrap().is_none());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "(?s).{0,200}|(\\[|\\]|\"|=|keyset|\\.|a|\n|token){0,60}") {
        if let Err(why) = parse(&text) {
            proptest::prop_assert!(!why.chars().any(char::is_control));
        }
    }
}
