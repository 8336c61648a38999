//! `herenow config` as people run it: where the configuration is, what counts, what is wrong with it;
//! exit code 2 and one sentence for every mistake; no secret in anything that is printed.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// No output may hold it.
const SECRET: &str = "MARKER-0123456789";

/// A home of its own, gone afterwards.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("herenow-config-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("config/herenow")).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("config/herenow/config.toml")
    }

    fn write(&self, text: impl AsRef<[u8]>, mode: u32) {
        let file = self.file();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Exit code, stdout, stderr.
    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_herenow"));
        for name in herenow::config::WATCHED_ENVIRONMENT.iter() {
            command.env_remove(name);
        }
        command.env_remove("HERENOW_CONFIG").env("HOME", &self.0);
        command.env("XDG_CONFIG_HOME", self.0.join("config")).env("XDG_STATE_HOME", self.0.join("state"));
        command.envs(variables.iter().copied()).arg("config").args(args).stdin(Stdio::null());
        let output = command.output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        for said in [&out, &err] {
            assert!(
                !said.contains(SECRET) && !said.contains('\u{1b}') && !said.contains("panicked"),
                "{args:?}: {said}"
            );
        }
        (output.status.code().unwrap(), out, err)
    }

    #[track_caller]
    fn fine(&self, args: &[&str], variables: &[(&str, &str)]) -> String {
        let (code, out, err) = self.run(args, variables);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}: {out}");
        out
    }

    /// One sentence that ends like this.
    #[track_caller]
    fn refused(&self, args: &[&str], variables: &[(&str, &str)], end: &str) {
        let (code, out, err) = self.run(args, variables);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.starts_with("herenow: ") && err.ends_with(&format!("{end}\n")), "{args:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }

    /// `check` and `show` alike.
    #[track_caller]
    fn wrong(&self, end: &str) {
        self.refused(&["check"], &[], end);
        self.refused(&["show"], &[], end);
    }

    fn entries(&self) -> usize {
        fs::read_dir(self.0.join("config/herenow")).unwrap().count()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The source of an entry that `show` tells, after its value.
#[track_caller]
fn row(shown: &str, name: &str) -> (String, String) {
    let line = shown.lines().find(|line| line.starts_with(&format!("{name} ")));
    let line = line.unwrap_or_else(|| panic!("no {name}: {shown}"));
    let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
    (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
}

#[test]
fn a_first_one_is_written_whole_for_us_alone_and_never_over_another() {
    let home = Home::new("init");
    fs::remove_dir_all(home.0.join("config")).unwrap();
    let file = home.file().display().to_string();
    assert_eq!(home.fine(&["path"], &[]), format!("{file} (not there; `herenow config init` writes one)\n"));
    assert!(home.fine(&["check"], &[]).starts_with("there is no configuration, which is fine"));
    assert!(home.fine(&["init"], &[]).starts_with(&format!("{file} is written; ")));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(home.entries(), 1, "nothing half-written beside it");
    assert_eq!(home.fine(&["path"], &[]), format!("{file}\n"));
    assert_eq!(home.fine(&["check"], &[]), format!("{file} is right: no keyset\n"));
    home.write("# mine", 0o644);
    home.refused(
        &["init"],
        &[],
        "is there already and stays as it is; edit it, or move it away, or give --config another name",
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine");
    fs::remove_file(&file).unwrap();
    symlink("nowhere", &file).unwrap();
    home.refused(&["init"], &[], "or give --config another name");
    assert_eq!(home.entries(), 1);
    let below = format!("{file}/x.toml");
    fs::remove_file(&file).unwrap();
    home.write("", 0o600);
    let (code, _, err) = home.run(&["init", "--config", &below], &[]);
    assert!(code == 2 && err.contains("can't be written (") && err.contains("writable"), "{err}");
}

#[test]
fn what_can_not_be_watched_for_is_named_before_the_dashboard_starts() {
    let home = Home::new("watch");
    let file = home.file().display().to_string();
    home.write(
        "[notifications]\nwatch = [\n\"lobby\",\n\"occupancy of lobby >> 3\",\n\"channel a,b\",\n\"lobby\",\n\"channel lobby\"]\n",
        0o600,
    );
    let (code, _, err) = home.run(&["check"], &[]);
    let lines: Vec<&str> = err.lines().filter(|line| line.contains(", line ")).collect();
    assert_eq!((code, lines.len()), (2, 3), "{err}");
    for (line, (number, why)) in lines.iter().zip([(4, ">"), (5, "a,b"), (6, "lobby is on the watch list already")]) {
        assert!(line.contains(&format!("{file}, line {number}: ")) && line.contains(why), "{line}");
    }
}

#[test]
fn what_counts_is_shown_with_where_it_came_from() {
    let home = Home::new("show");
    let file = home.file().display().to_string();
    home.write(
        format!(
            "default-keyset = \"a\"\n[keyset.a]\nsubscribe-key = \"sub-c-01234567-89ab-cdef-0123-456789abcdef\"\n\
             token = \"{SECRET}\"\norigin = \"a.example\"\nchannels = [\"lobby\", \"\\u202e.x\"]\n[keyset.b]\n\
             token-command = \"printf {SECRET}\"\n[service]\naccept-token = [\"{SECRET}\"]\nbacklog = 7\n"
        ),
        0o600,
    );
    let shown = home.fine(&["show"], &[]);
    let of = |name: &str| row(&shown, name);
    let line = |n: usize| format!("{file}:{n}");
    assert_eq!(of("keyset"), ("a".into(), line(1)));
    assert_eq!(of("subscribe-key"), ("sub-c-01…cdef".into(), line(3)));
    assert_eq!(of("token"), ("provided".into(), line(4)));
    assert_eq!(of("origin"), ("https://a.example".into(), line(5)));
    assert_eq!(of("channels"), ("lobby ‹202E›.x".into(), line(6)));
    assert_eq!(of("production"), ("false".into(), "default".into()));
    assert_eq!(of("service.backlog"), ("7".into(), line(11)));
    assert_eq!(of("user-id"), ("a new one at the first start, kept from then on".into(), "default".into()));
    assert!(!home.0.join("state").exists(), "showing makes nothing");
    fs::create_dir_all(home.0.join("state/herenow")).unwrap();
    fs::write(home.0.join("state/herenow/user-id"), "watcher-1\n").unwrap();
    let variables = [("HERENOW_AUTH_TOKEN", SECRET), ("HERENOW_ORIGIN", "e.example"), ("HERENOW_KEYSET", "b")];
    let shown = home.fine(&["show", "--origin", "f.example"], &variables);
    let of = |name: &str| row(&shown, name);
    assert_eq!(of("keyset"), ("b".into(), "environment HERENOW_KEYSET".into()));
    assert_eq!(of("token"), ("provided".into(), "environment HERENOW_AUTH_TOKEN".into()));
    assert_eq!(of("origin"), ("https://f.example".into(), "flag --origin".into()));
    assert_eq!(of("user-id"), ("watcher-1".into(), format!("kept in {}", home.0.join("state/herenow").display())));
    assert_eq!(row(&home.fine(&["show", "--keyset", "b"], &[]), "token").0, "provided by the command `printf`");
    home.refused(&["show", "--keyset", "c"], &[], "--keyset: there is no keyset `c`; there are a, b");
    home.refused(&["show", "--keyset", ""], &[], "--keyset: the keyset's name is empty; name one of the configuration");
    home.refused(&["show"], &[("HERENOW_KEYSET", "c")], "HERENOW_KEYSET: there is no keyset `c`; there are a, b");
    assert!(
        home.fine(&["check"], &[])
            .starts_with(&format!("{file} is right: 2 keysets, a, b; the default is a\nwarning: "))
    );
}

#[test]
fn all_that_can_be_written_is_shown_with_where_it_came_from() {
    let home = Home::new("all");
    home.fine(&["init"], &[]);
    let example = fs::read_to_string(home.file()).unwrap();
    // Every entry of the example, switched on.
    let on = |line: &str| {
        let rest = line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['));
        rest.unwrap_or(line).to_owned() + "\n"
    };
    home.write(example.lines().map(on).collect::<String>(), 0o600);
    let file = home.file().display().to_string();
    let seen = |args: &[&str], variables: &[(&str, &str)]| {
        let shown = home.fine(args, variables).replace(&file, "FILE");
        shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!("all_by_file", seen(&["show"], &[]));
    let flags = [
        "show",
        "--subscribe-key",
        "demo",
        "--origin",
        "f.example",
        "--ca-file",
        "f",
        "--user-id",
        "f",
        "--region",
        "f",
        "--production",
        "--read-only",
        "--budget",
        "7",
        "--most-names",
        "7000",
        "--presence-timeout",
        "9",
        "--theme",
        "dark",
        "--log-level",
        "trace",
        "--group",
        "g",
        "lobby",
        "--config",
        &file,
    ];
    insta::assert_snapshot!("all_by_flag", seen(&flags, &[("HERENOW_AUTH_TOKEN", SECRET)]));
}

#[test]
fn exam_62_config_faults_are_said_and_never_waited_for() {
    let home = Home::new("bad");
    let file = home.file();
    let shown = file.display().to_string();
    assert!(home.fine(&["check"], &[]).starts_with("there is no configuration, which is fine"));
    home.write(b"\x7fELF\0\x01", 0o600);
    home.wrong(&format!("the configuration {shown} is not text: line 1 holds a NUL byte; name a text file"));
    home.write(b"# ok\n\xe4", 0o600);
    home.wrong(&format!("the configuration {shown} is not text in UTF-8 (line 2); save it as such"));
    let utf16 = "\u{feff}[keyset.a]\r\n".encode_utf16();
    home.write(utf16.flat_map(u16::to_le_bytes).collect::<Vec<_>>(), 0o600);
    home.wrong(&format!("the configuration {shown} is in UTF-16; save it as UTF-8"));
    home.write(vec![b'#'; 2 << 20], 0o600);
    home.wrong(&format!(
        "the configuration {shown} is larger than 1 MiB, which none is that a person wrote; name another"
    ));
    // A sparse file costs nothing to make, and is not read to its end.
    fs::File::create(&file).unwrap().set_len(50 << 20).unwrap();
    home.wrong(&format!(
        "the configuration {shown} is larger than 1 MiB, which none is that a person wrote; name another"
    ));
    home.write("\u{feff}[keyset.a]\r\nsubscribe-key = \"demo\"", 0o644);
    assert!(home.fine(&["check"], &[]).contains("is right: one keyset, a; none of them the default"));
    home.write("", 0o600);
    assert!(home.fine(&["check"], &[]).contains("is right: no keyset"));
    home.write(format!("[keyset.a]\ntoken = \"{SECRET}\"\n"), 0o644);
    home.wrong(&format!(
        "{shown}, line 2: the token of `a` can be read by others (the file's mode is 0644); \
         run `chmod 600 {shown}`, or use token-file or token-command"
    ));
    home.write(format!("[keyset.a]\ntoken = \"{SECRET}\n"), 0o600);
    home.wrong("this is not TOML");
    home.write("default-keyset = \"a\"\ndefault-keyset = \"b\"\n", 0o600);
    home.wrong(&format!("{shown}, line 2: `default-keyset` is there twice; leave one of them out"));
    home.write("[service]\nanounce-max = 1\n", 0o600);
    home.wrong(&format!("{shown}, line 2: there is no `anounce-max` in [service]; did you mean `announce-max`?"));
    home.write("# fine", 0o000);
    // Whoever is root reads it all the same.
    if fs::File::open(&file).is_err() {
        home.wrong(&format!("the configuration {shown} may not be read; change its permissions, or name another"));
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    home.wrong(&format!("the configuration {shown} is a directory; name a file"));
    fs::remove_dir(&file).unwrap();
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRUSR | nix::sys::stat::Mode::S_IWUSR).unwrap();
    home.wrong(&format!("the configuration {shown} is not a file but a device or a pipe; name a file"));
    fs::remove_file(&file).unwrap();
    symlink("config.toml", &file).unwrap();
    home.wrong(&format!("the configuration {shown} is a link that leads back to itself; replace it by a file"));
    fs::remove_file(&file).unwrap();
    symlink("nowhere", &file).unwrap();
    home.wrong(&format!(
        "the configuration {shown} is a link to a file that is not there; make that file, or replace the link"
    ));
}

#[test]
fn a_token_file_is_read_however_an_editor_saved_it() {
    let home = Home::new("token");
    let file = home.0.join("token");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let read = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let from = herenow::config::TokenFrom::File(file.clone());
        runtime.block_on(herenow::config::obtain_token(&from)).map_err(|why| why.to_string())
    };
    for saved in ["MARKER", "MARKER\n", "\u{feff}MARKER\r\n", "\u{feff}MARKER", "MARKER\r", " MARKER \r\n\r\n"] {
        assert!(read(saved.as_bytes()).is_ok_and(|token| token.expose() == "MARKER"), "{saved:?}");
    }
    let wide: Vec<u8> = "\u{feff}MARKER\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read(&wide).unwrap_err().ends_with("is in UTF-16; save it as UTF-8"));
    assert!(read(b"\xef\xbb\xbf\r\n").unwrap_err().contains("says nothing"));
}

#[test]
fn a_configuration_that_somebody_names_has_to_be_there() {
    let home = Home::new("named");
    let cure = "is not there; name another, or write it with `herenow config init`";
    home.refused(
        &["check", "--config", "/no/such.toml"],
        &[],
        &format!("--config: the configuration /no/such.toml {cure}"),
    );
    let variable = [("HERENOW_CONFIG", "/no/such.toml")];
    home.refused(&["show"], &variable, &format!("HERENOW_CONFIG: the configuration /no/such.toml {cure}"));
    home.refused(
        &["check", "--config", "/dev/zero"],
        &[],
        "/dev/zero is not a file but a device or a pipe; name a file",
    );
    assert_eq!(
        home.fine(&["path", "--config", "/a\u{7}b"], &[]),
        "/a␇b (not there; `herenow config init` writes one)\n"
    );
    let (code, _, err) = home.run(&["path"], &[("HOME", ""), ("XDG_CONFIG_HOME", "")]);
    assert!(code == 2 && err.contains("HOME is not set"), "{err}");
    let shown = home.fine(&["show"], &[("HOME", ""), ("XDG_CONFIG_HOME", ""), ("XDG_STATE_HOME", "")]);
    assert_eq!(row(&shown, "configuration"), ("none".into(), "default".into()));
}

#[test]
fn a_user_id_is_made_once_and_kept() {
    let home = Home::new("identity");
    let folder = home.0.join("state/herenow");
    let first = herenow::config::load_identity(Some(&folder));
    assert_eq!(first.note, None);
    assert!(first.user.as_str().starts_with("watcher-"));
    assert_eq!(herenow::config::load_identity(Some(&folder)), first, "the same from start to start");
    let file = folder.join("user-id");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let noted = |folder: Option<&Path>, why: &str| {
        let note = herenow::config::load_identity(folder).note.unwrap();
        assert!(note.contains(why) && note.contains("; for this run the user id is watcher-"), "{note}");
    };
    fs::write(&file, "two\nlines").unwrap();
    noted(Some(&folder), "can't be used: the user id `two␊lines` holds");
    assert_eq!(fs::read_to_string(&file).unwrap(), "two\nlines", "left for its owner to see");
    noted(Some(&file), "can't be used: it is not there: a part of its path is a file");
    noted(Some(Path::new("/dev/null/x")), "can't be used");
    noted(None, "there is no home to keep a user id in");
}

#[test]
fn those_who_start_at_the_same_time_are_one_user() {
    let home = Home::new("together");
    let folder = home.0.join("state/herenow");
    let ask = || herenow::config::load_identity(Some(&folder));
    let all: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(all.iter().all(|one| *one == all[0] && one.note.is_none()), "{all:?}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
}

#[tokio::test]
async fn a_token_file_is_read_if_nobody_else_can() {
    let home = Home::new("token-again");
    let file = home.file();
    let from = herenow::config::TokenFrom::File(home.file());
    let ask = || herenow::config::obtain_token(&from);
    home.write(format!("  {SECRET}\n"), 0o600);
    assert_eq!(ask().await.unwrap().expose(), SECRET);
    let refused = |error: herenow::config::TokenError, why: &str| {
        let said = error.to_string();
        assert!(said.starts_with(&format!("the token could not be had: the file {} {why}", file.display())), "{said}");
        assert!(!said.contains(SECRET));
    };
    home.write(SECRET, 0o640);
    refused(ask().await.unwrap_err(), "can be read by others (its mode is 0640); run `chmod 600` on it");
    home.write("\n", 0o600);
    refused(ask().await.unwrap_err(), "says nothing");
    home.write(format!("{SECRET}\n{SECRET}"), 0o600);
    refused(ask().await.unwrap_err(), "says more than a token");
    fs::remove_file(&file).unwrap();
    refused(ask().await.unwrap_err(), "is not there");
}
