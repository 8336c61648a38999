//! Everything that a verb may have to say instead of doing what was asked, as a person reads it. Each is
//! one sentence on stderr, with the documented exit code; nothing is on stdout, and no secret anywhere.

use std::{
    cell::RefCell,
    fmt::Write as _,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
};

use herenow::{
    client::Origin,
    clock::Clock,
    presence::SubscribeKey,
    service::{Grant, ServiceOptions, Settings},
};

use crate::verb::{World, command, nowhere, text};

/// No output may hold it.
const SECRET: &str = "MARKER-0123456789";

/// What is said, with what was asked.
struct Page {
    folder: PathBuf,
    origin: String,
    said: RefCell<String>,
}

impl Page {
    fn new(name: &str, origin: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("herenow-messages-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("herenow")).unwrap();
        Self { folder, origin: origin.to_owned(), said: RefCell::default() }
    }

    fn at(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The configuration from now on.
    fn config(&self, content: impl AsRef<[u8]>, mode: u32) -> &Self {
        let file = self.folder.join("herenow/config.toml");
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn ask(&self, args: &[&str]) -> &Self {
        self.with(args, &[])
    }

    /// Run it; a variable that is empty is none.
    fn with(&self, args: &[&str], variables: &[(&str, &str)]) -> &Self {
        let mut command = command(&self.origin, args);
        command.env("HOME", &self.folder).env("XDG_CONFIG_HOME", &self.folder);
        command.env("XDG_STATE_HOME", self.folder.join("state"));
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(out, "", "{args:?}: {err}");
        assert!(!err.chars().any(|c| c.is_control() && c != '\n'), "{args:?}: {err:?}");
        assert!(!err.contains(SECRET) && !err.contains("panicked"), "{args:?}: {err}");
        assert!(!err.is_empty() && err.lines().all(|line| line.starts_with("herenow: ")), "{args:?}: {err}");
        let set: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value:?} ")).collect();
        let typed: Vec<String> = args
            .iter()
            .map(|arg| {
                if arg.is_empty() || arg.contains([' ', '\n', '\u{1b}']) {
                    format!("{arg:?}")
                } else {
                    (*arg).to_owned()
                }
            })
            .collect();
        let code = output.status.code().unwrap();
        let _ = writeln!(self.said.borrow_mut(), "$ {}herenow {}\n{err}{code}\n", set.concat(), typed.join(" "));
        self
    }

    /// All that was said, the same on every machine.
    fn text(&self) -> String {
        let folder = self.folder.display().to_string();
        let host = self.origin.trim_start_matches("http://");
        let all = self.said.borrow().replace(SECRET, "SECRET").replace(&folder, "HOME").replace(host, "127.0.0.1:PORT");
        all.trim_end().to_owned()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn names_and_arguments() {
    let page = Page::new("names", nowhere());
    let long = "x".repeat(93);
    for args in [
        &["here-now"][..],
        &["here-now", "match.*"],
        &["here-now", ""],
        &["here-now", "a,b"],
        &["here-now", "a b"],
        &["here-now", "a\u{1b}[31mb"],
        &["here-now", ".."],
        &["here-now", "a.*.b"],
        &["here-now", "lobby-pnpres"],
        &["here-now", &long],
        &["here-now", "--group", "", "lobby"],
        &["here-now", "--group", "a/b"],
        &["here-now", "--user-id", "", "lobby"],
        &["where-now", ""],
        &["where-now", "a\nb"],
        &["heartbeat", "lobby"],
        &["heartbeat", "--user-id", "ann"],
        &["heartbeat", "--user-id", "ann", "--every=300", "lobby"],
        &["leave", "lobby"],
        &["leave", "--user-id", "ann"],
        &["state", "get", "lobby"],
        &["state", "get", "--user-id", "ann"],
        &["state", "get", "--of", "", "lobby"],
        &["state", "set", "--user-id", "ann", "lobby", "{"],
        &["state", "set", "--user-id", "ann", "lobby", "[1]"],
        &["state", "set", "lobby", "{}"],
        &["group", "list", ""],
        &["group", "add", "all", "match.*"],
        &["group", "remove", "a/b", "lobby"],
        &["man", "dance"],
        &["man", "state", "dance"],
        &["watch"],
        &["watch", "a.*.b"],
        &["watch", "lobby"],
        &["demo"],
        &["here-now", "--origin", "ftp://x", "lobby"],
        &["here-now", "--origin", "user:MARKER@host", "lobby"],
        &["here-now", "--subscribe-key", "a/b", "lobby"],
        &["here-now", "--keyset", "staging", "lobby"],
        &["here-now", "--keyset", "", "lobby"],
        &["here-now", "--config", "/nowhere.toml", "lobby"],
        &["heartbeat", "--read-only", "--user-id", "ann", "lobby"],
        &["watch", "--region", "a region of more than twenty", "lobby"],
    ] {
        page.ask(args);
    }
    page.with(&["here-now", "lobby"], &[("HERENOW_SUBSCRIBE_KEY", "")]);
    insta::assert_snapshot!(page.text());
}

#[test]
fn environment() {
    let page = Page::new("environment", nowhere());
    for (name, value) in [
        ("HERENOW_CONFIG", "/nowhere.toml"),
        ("HERENOW_KEYSET", "staging"),
        ("HERENOW_SUBSCRIBE_KEY", "a b"),
        ("HERENOW_PUBLISH_KEY", "a/b"),
        ("HERENOW_USER_ID", "a\nb"),
        ("HERENOW_ORIGIN", "me:MARKER@host"),
        ("HERENOW_REGION", "a region of more than twenty"),
        ("HERENOW_PRODUCTION", "maybe"),
        ("HERENOW_READ_ONLY", "nope"),
        ("HERENOW_CHANNELS", "a,,b"),
        ("HERENOW_GROUPS", "a/b"),
        ("HERENOW_BUDGET", "0"),
        ("HERENOW_PRESENCE_TIMEOUT", "4"),
        ("HERENOW_PRESENCE_TIMEOUT", "soon"),
        ("HERENOW_THEME", "drak"),
        ("HERENOW_LOG", "/nowhere/x.log"),
        ("HERENOW_LOG_LEVEL", "all"),
    ] {
        page.with(&["here-now", "lobby"], &[(name, value)]);
    }
    page.with(&["heartbeat", "--user-id", "ann", "lobby"], &[("HERENOW_READ_ONLY", "yes")]);
    page.with(&["config", "path"], &[("HOME", ""), ("XDG_CONFIG_HOME", "")]);
    insta::assert_snapshot!(page.text());
}

#[test]
fn configuration() {
    let page = Page::new("config", nowhere());
    let check = |content: &str| {
        let _ = writeln!(page.said.borrow_mut(), "# {}", content.replace('\n', "\n# "));
        page.config(content, 0o600).ask(&["config", "check"]);
    };
    check("default-keyst = \"a\"");
    check("theme = \"drak\"");
    check("theme = 1");
    check(
        "[keyset.\"\"]\n[keyset.a]\nsubscribe-key = \"a/b\"\norigin = \"ftp://x\"\nregion = \"a region of more than twenty\"",
    );
    check("[keyset.a]\ntoken = \"x\"\ntoken-file = \"y\"");
    check("[keyset.a]\nproduction = \"yes\"\nchannels = \"lobby\"\ngroups = [1]\nuser-id = \" \"");
    check("[keyset.a]\n[keyset.a]\n");
    check("[limits]\nrequests-per-second = 0\npresence-timeout = \"2h\"\nframes = 1");
    check("[keys]\nquit = []\nhelp = 3\nsort = [\"s\", \" \"]");
    check("[keys]\nquti = \"q\"\nquit = \"hyper-q\"\nheartbeat = \"H\"\nleave = \"H\"");
    check("[tariff]\nper-million = -1\ncurrency = \"doubloons\"\n[tariff.per-million-by-kind]\nhere-nwo = 1");
    check("[tariff]\nper-million = 1");
    check("[notifications]\nwatch = \"alice\"\nosc = \"99\"\ncommand = []\ncool-down = \"0s\"\nbell = 1");
    check("[log]\nlevel = \"all\"\nfile = \"\"");
    check("[service]\nanounce-max = 1\nbacklog = 0\ndeltas = 3\nfault = [\"levitate\"]\naccept-token = \"MARKER\"");
    check("[keyset.a\ntoken = \"MARKER\n");
    let why = |what: &str| {
        let _ = writeln!(page.said.borrow_mut(), "# {what}");
    };
    why("binary");
    page.config([0xff, 0xfe, 0, 1], 0o600).ask(&["config", "check"]);
    why("huge");
    page.config(vec![b'#'; 2 << 20], 0o600).ask(&["config", "show"]);
    why("a token that others can read");
    page.config(format!("[keyset.a]\ntoken = \"{SECRET}\"\n"), 0o644).ask(&["here-now", "lobby"]);
    why("a command that others can change");
    page.config("[keyset.a]\ntoken-command = \"pass\"\n", 0o622).ask(&["config", "check"]);
    why("several mistakes, and a verb");
    page.config("theme = 1\nx = 2\n", 0o600).ask(&["here-now", "lobby"]);
    page.config("theme = 1\nx = 2\n[limits]\ny = 3\n", 0o600).ask(&["config", "show"]);
    page.config("[service]\nx = 1\nbacklog = 0\n", 0o600).ask(&["config", "show"]).ask(&["serve", "--port", "0"]);
    page.ask(&["config", "init"]);
    let file = page.folder.join("herenow/config.toml");
    fs::remove_file(&file).unwrap();
    why("a directory");
    fs::create_dir(&file).unwrap();
    page.ask(&["here-now", "lobby"]);
    fs::remove_dir(&file).unwrap();
    why("a pipe");
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRUSR).unwrap();
    page.ask(&["here-now", "lobby"]);
    fs::remove_file(&file).unwrap();
    why("a link to itself, and to nowhere");
    symlink("config.toml", &file).unwrap();
    page.ask(&["config", "check"]);
    fs::remove_file(&file).unwrap();
    symlink("nowhere", &file).unwrap();
    page.ask(&["config", "check"]).ask(&["config", "init"]);
    page.ask(&["config", "init", "--config", "/dev/null/x"]);
    page.ask(&["config", "check", "--config", "/dev/null/x"]);
    insta::assert_snapshot!(page.text());
}

#[test]
fn keysets_and_tokens() {
    let page = Page::new("keysets", nowhere());
    let without_key = [("HERENOW_SUBSCRIBE_KEY", "")];
    let ask = |content: &str, args: &[&str]| {
        let _ = writeln!(page.said.borrow_mut(), "# {}", content.trim_end().replace('\n', "\n# "));
        page.config(content, 0o600).with(args, &without_key);
    };
    let here_now = ["here-now", "lobby"];
    ask("", &here_now);
    ask("[keyset.a]\n[keyset.b]\n", &here_now);
    ask("[keyset.a]\n", &here_now);
    ask("default-keyset = \"gone\"\n[keyset.a]\n", &here_now);
    ask("default-keyset = \"gone\"\n", &here_now);
    ask("default-keyset = \"a\"\n[keyset.a]\n", &here_now);
    ask("[keyset.staging]\n[keyset.live]\n", &["here-now", "--keyset", "stagin", "lobby"]);
    ask("[keyset.staging]\n[keyset.live]\n", &["config", "show", "--keyset", "x"]);
    let read_only =
        "default-keyset = \"a\"\n[keyset.a]\nsubscribe-key = \"demo\"\nuser-id = \"ann\"\nread-only = true\n";
    ask(read_only, &["heartbeat", "lobby"]);
    ask(read_only, &["leave", "lobby"]);
    ask(read_only, &["state", "set", "lobby", "{}"]);
    ask(read_only, &["group", "delete", "all"]);
    page.with(&["group", "add", "all", "lobby"], &[("HERENOW_READ_ONLY", "false")]);
    let token = |line: &str| {
        ask(&format!("default-keyset = \"a\"\n[keyset.a]\nsubscribe-key = \"demo\"\n{line}\n"), &here_now);
    };
    token("token-command = [\"no-such-program-of-that-name\"]");
    token("token-command = \"true\"");
    token("token-command = [\"sh\", \"-c\", \"echo MARKER-0123456789; exit 3\"]");
    token("token-command = \"echo MARKER-0123456789 MARKER-0123456789\"");
    token("token-command = \"yes MARKER-0123456789\"");
    token("token-command = \"printf 'MARKER-0123456789\\\\377'\"");
    token("token-command = [\"/\"]");
    token("token-file = \"gone\"");
    token("token-file = \"/\"");
    fs::write(page.folder.join("herenow/open"), SECRET).unwrap();
    fs::set_permissions(page.folder.join("herenow/open"), fs::Permissions::from_mode(0o644)).unwrap();
    token("token-file = \"open\"");
    insta::assert_snapshot!(page.text());
}

#[test]
fn log() {
    let page = Page::new("log", nowhere());
    let completions = |log: &str| {
        page.ask(&["completions", "bash", "--log", log]);
    };
    fs::write(page.folder.join("file"), "").unwrap();
    completions(&page.at("herenow"));
    completions(&page.at("no/x.log"));
    completions(&page.at("file/x.log"));
    completions("/dev/null");
    page.with(&["man"], &[("HERENOW_LOG", &page.at("no/x.log"))]);
    page.config("[log]\nfile = \"no/x.log\"\n", 0o600).ask(&["man"]);
    insta::assert_snapshot!(page.text());
}

#[test]
fn own_service() {
    let page = Page::new("serve", nowhere());
    let serve = |args: &[&str]| {
        page.ask(&[&["serve", "--port", "0"], args].concat());
    };
    let file = |name: &str, bytes: &[u8]| {
        let path = page.at(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    serve(&["--scenario", "no-such-evening"]);
    serve(&["--scenario", &page.at("")]);
    serve(&["--scenario", "/dev/null"]);
    serve(&["--scenario", &file("binary.toml", &[0xff, 0xfe, 0, 1])]);
    serve(&["--scenario", &file("giant.toml", &vec![b'#'; (1 << 20) + 1])]);
    serve(&["--scenario", &file("wrong.toml", b"title = \"x\"\n[[scene]]\nat = \"1s\"\nprofile = \"party\"\n")]);
    serve(&["--scenario", &file("not.toml", b"title\n")]);
    let fault =
        b"title = \"x\"\n[[scene]]\nat = \"1s\"\nprofile = \"steady\"\n[[fault]]\nat = \"1s\"\nfault = \"levitate\"\n";
    serve(&["--scenario", &file("fault.toml", fault)]);
    serve(&["--interval", "0"]);
    serve(&["--backlog", "0"]);
    serve(&["--fault", "levitate"]);
    serve(&["--deny", "a,b"]);
    serve(&["--accept-token", "MARKER-0123456789=soon"]);
    serve(&["--ledger", &page.at("")]);
    serve(&["--config", "/nowhere.toml"]);
    page.ask(&["serve", "--port", "0", "--bind", "203.0.113.1"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    page.ask(&["serve", "--port", &port]);
    insta::assert_snapshot!(page.text().replace(&port, "PORT"));
}

/// Every verb that asks the service.
const ASKING: &[&[&str]] = &[
    &["here-now", "lobby"],
    &["here-now", "--all"],
    &["where-now", "ann"],
    &["heartbeat", "--user-id", "ann", "lobby"],
    &["leave", "--user-id", "ann", "lobby"],
    &["state", "get", "--of", "ann", "lobby"],
    &["state", "set", "--user-id", "ann", "lobby", "{}"],
    &["group", "list", "all"],
    &["group", "add", "all", "lobby"],
    &["group", "remove", "all", "lobby"],
    &["group", "delete", "all"],
];

#[test]
fn access() {
    let mut plan = ServiceOptions::default();
    let now = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(async { Clock::start().now() });
    plan.access.grant("good".to_owned(), Grant::Good);
    plan.access.grant("old".to_owned(), Grant::Until(now));
    plan.access.grant("token-of-old".to_owned(), Grant::Revoked);
    plan.access.deny("lobby".to_owned());
    plan.access.deny("all".to_owned());
    plan.settings.global_here_now = false;
    let world = World::with(plan);
    let page = Page::new("access", &Origin::loopback(world.running.address).to_string());
    for args in ASKING.iter().filter(|args| !matches!(args[0], "leave" | "where-now")) {
        page.with(args, &[("HERENOW_AUTH_TOKEN", "good")]);
    }
    page.ask(&["here-now", "lobby"]);
    for token in ["old", "token-of-old", SECRET] {
        page.with(&["here-now", "lobby"], &[("HERENOW_AUTH_TOKEN", token)]);
    }
    insta::assert_snapshot!(page.text());
}

#[test]
fn trouble_on_the_way() {
    let page = Page::new("nobody", nowhere());
    for args in ASKING {
        page.ask(args);
    }
    insta::assert_snapshot!(page.text());

    for fault in ["403 on=any", "429=60", "500", "500-html", "drop", "truncate", "cut", "garbage", "empty"] {
        let mut plan = ServiceOptions::default();
        plan.faults.push(fault.parse().unwrap());
        let world = World::with(plan);
        let page = Page::new("fault", &Origin::loopback(world.running.address).to_string());
        let asking = if fault.starts_with("403") { ASKING } else { &ASKING[..1] };
        for args in asking {
            page.ask(args);
        }
        insta::assert_snapshot!(format!("fault_{}", fault.split([' ', '=']).next().unwrap()), page.text());
    }
    let settings = Settings { keys: Some([SubscribeKey::from_wire("sub-c-known")].into()), ..Settings::default() };
    let world = World::with(ServiceOptions::new(settings));
    let page = Page::new("key", &Origin::loopback(world.running.address).to_string());
    page.ask(&["here-now", "lobby"]);
    insta::assert_snapshot!("unknown_subscribe_key", page.text());
}
