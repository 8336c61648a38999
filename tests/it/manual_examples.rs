//! The examples of the README and of the manual: each block of `console` is run line by line in a shell, and what is
//! printed has to be what the page says. `HERENOW_EXAMPLES=write cargo test --test it manual_examples` writes what
//! was printed into the pages.
//!
//! Each page has a folder, a home and a service of its own, which is where the page says `7710`, and the sample of
//! `assets/recordings` is `incident.jsonl.gz`. A remark before a block, which neither GitHub nor `herenow manual`
//! shows, says what else it needs: `<!-- before: COMMAND -->`, `<!-- meanwhile: COMMAND -->` (once the verb has told a
//! snapshot), or `<!-- not run: REASON -->`.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use herenow::service::ServiceOptions;
use regex_lite::Regex;

use crate::verb::{World, text};

/// The port of a service, as pages write it.
const WRITTEN_PORT: &str = "7710";

/// What can't be run here: the page and how the first command of the block begins. Keep it short.
const NOT_RUN: &[(&str, &str)] = &[
    ("README.md", "cargo run"),
    ("README.md", "herenow watch"),
    ("metrics.md", "herenow metrics"),
    ("recordings.md", "herenow watch --record"),
    ("recordings.md", "herenow demo"),
    ("scripting.md", "herenow heartbeat"),
    ("security.md", "tmux"),
    ("service.md", "herenow serve --tls"),
    ("watch.md", "herenow watch"),
    ("webhooks.md", "herenow serve"),
    ("webhooks.md", "herenow watch"),
];

/// A fenced block, and the remarks before it.
struct Block {
    info: String,
    remarks: Vec<(String, String)>,
    lines: Vec<String>,
    /// The number of its first line in the page, from 0.
    at: usize,
}

/// A line of a shell, and what the page says it prints.
struct Example {
    command: String,
    output: Vec<String>,
}

impl Block {
    fn remarks(&self, key: &str) -> Vec<&str> {
        self.remarks.iter().filter(|(name, _)| name == key).map(|(_, text)| text.as_str()).collect()
    }

    fn examples(&self) -> Vec<Example> {
        let mut all: Vec<Example> = Vec::new();
        for line in &self.lines {
            match (line.strip_prefix("$ "), all.last_mut()) {
                (Some(command), _) => all.push(Example { command: command.to_owned(), output: Vec::new() }),
                (None, Some(example)) => example.output.push(line.clone()),
                (None, None) => panic!("output of no command: {line}"),
            }
        }
        all
    }
}

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = fs::read_dir(root.join("assets/manual")).unwrap();
    let mut all: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    all.push(root.join("README.md"));
    all.sort();
    all
}

fn file_name(page: &Path) -> &str {
    page.file_name().unwrap().to_str().unwrap()
}

fn find_blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut remarks): (Vec<Block>, Option<Block>, Vec<_>) = (Vec::new(), None, Vec::new());
    for (at, line) in page.lines().enumerate() {
        if let Some(mut block) = open.take() {
            if line == "```" {
                blocks.push(block);
            } else {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
        } else if let Some(info) = line.strip_prefix("```") {
            let remarks = std::mem::take(&mut remarks);
            open = Some(Block { info: info.to_owned(), remarks, lines: Vec::new(), at: at + 1 });
        } else if let Some(remark) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) {
            remarks.extend(remark.split_once(": ").map(|(key, text)| (key.to_owned(), text.to_owned())));
        } else {
            remarks.clear();
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

/// Where the lines of a page are run.
struct Session {
    _world: World,
    folder: PathBuf,
    /// Variables that lines have exported.
    exported: Vec<(String, String)>,
    /// The service that a line of the page has started last, or else that of the session.
    address: SocketAddr,
    started: Vec<Child>,
}

impl Drop for Session {
    fn drop(&mut self) {
        for child in &mut self.started {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Session {
    fn open(page: &Path) -> Self {
        let world = World::with(ServiceOptions::default());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples").join(file_name(page));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");
        fs::copy(sample, folder.join("incident.jsonl.gz")).unwrap();
        let address = world.running.address;
        Self { _world: world, folder, exported: Vec::new(), address, started: Vec::new() }
    }

    fn shell(&self, line: &str) -> Command {
        let line = line.replace(WRITTEN_PORT, &self.address.port().to_string());
        let mut command = Command::new("sh");
        for name in herenow::config::WATCHED_ENVIRONMENT.iter().chain(&["HERENOW_CONFIG"]) {
            command.env_remove(name);
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env(name, &self.folder);
        }
        let program = Path::new(env!("CARGO_BIN_EXE_herenow")).parent().unwrap();
        let path =
            env::join_paths([program.to_owned()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap())));
        command.env("PATH", path.unwrap()).env("TZ", "UTC").env("PAGER", "");
        command.env("HERENOW_SUBSCRIBE_KEY", "demo").env("HERENOW_ORIGIN", format!("http://{}", self.address));
        command.envs(self.exported.iter().map(|(name, value)| (name, value)));
        command.args(["-c", &format!("{{ {line}\n}} 2>&1")]).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        command
    }

    /// Run a line and return what it prints. What goes on while it runs is said as it goes on.
    fn run(&mut self, line: &str, meanwhile: &[&str]) -> String {
        if let Some(variables) = line.strip_prefix("export ") {
            let words = self.split_words(variables);
            self.exported
                .extend(words.iter().filter_map(|word| word.split_once('=')).map(|(n, v)| (n.into(), v.into())));
            return String::new();
        }
        if line.starts_with("herenow serve") {
            return self.serve(line);
        }
        if let Some(arguments) = line.strip_prefix("curl ") {
            return self.fetch(&self.split_words(arguments));
        }
        if line.starts_with("cat ") {
            return self.read_file(line);
        }
        // An event that does not come is a failure, and no endless wait.
        let bounded = if line.starts_with("herenow events") && line.contains(" --count ") {
            format!("{line} --for 60s")
        } else {
            line.to_owned()
        };
        let mut child = self.shell(&bounded).spawn().unwrap();
        let mut printed = String::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut waiting = meanwhile;
        while reader.read_line(&mut printed).unwrap() > 0 {
            if printed.contains("snapshot") {
                for line in std::mem::take(&mut waiting) {
                    self.run(line, &[]);
                }
            }
        }
        child.wait().unwrap();
        assert!(waiting.is_empty(), "nothing was told, so nobody came: {printed}");
        printed
    }

    /// A file that a service writes, which it does in the background: until there is a line.
    fn read_file(&self, line: &str) -> String {
        let mut printed = String::new();
        while !printed.ends_with('\n') {
            printed = text(&self.shell(line).output().unwrap().stdout);
        }
        printed
    }

    /// The words of a line, as a shell splits them.
    fn split_words(&self, line: &str) -> Vec<String> {
        let output = self.shell(&format!("printf '%s\\n' {line}")).output().unwrap();
        text(&output.stdout).lines().map(str::to_owned).collect()
    }

    /// Start a service, which goes on until the end of the page. Its port is any free one.
    fn serve(&mut self, line: &str) -> String {
        let (line, comment) = line.split_once("  #").map_or((line, ""), |(line, comment)| (line, comment));
        let line = line.replace(&format!(" --port {WRITTEN_PORT}"), "");
        let mut child = self.shell(&format!("exec {} --port 0", line.trim_end())).spawn().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.ends_with("Ctrl-C ends it.\n") {
            assert!(reader.read_line(&mut printed).unwrap() > 0, "{line} #{comment}: {printed}");
        }
        let address = printed.lines().find_map(|line| line.trim_start().strip_prefix("origin ")).unwrap();
        self.address = address.trim().parse().unwrap();
        self.started.push(child);
        printed
    }

    /// What `curl` would print: a test can't rely on it.
    fn fetch(&self, words: &[String]) -> String {
        let (mut method, mut body, mut url) = ("GET", "", "");
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-X" => method = rest.next().unwrap(),
                "-d" => (method, body) = ("POST", rest.next().unwrap()),
                other => url = other,
            }
        }
        let path = &url[url.find("/herenow").unwrap()..];
        let mut asking = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        write!(
            asking,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        asking.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("chunked"), "{head}");
        body.to_owned()
    }
}

/// A text with signs in place of what can't be the same twice: times of now, how long something took.
fn without_chance(text: &str) -> String {
    let hide =
        |text: String, pattern: &str, sign: &str| Regex::new(pattern).unwrap().replace_all(&text, sign).into_owned();
    let text = hide(text.to_owned(), r"\b1[0-9]{16}\b", "TIMETOKEN");
    let text = hide(text, r"\b1[0-9]{12}\b", "MILLIS");
    let text = hide(text, r#""(round_trip|seconds|seconds_left|millis)":[0-9.]+"#, "\"$1\":N");
    hide(text, r"in [0-9.]+ (s|ms) \([0-9.]+ per second\)", "in N s (N per second)")
}

/// Whether what was printed is what the page says. A last line `…` stands for any more lines.
fn is_as_written(printed: &str, written: &[String]) -> bool {
    let printed: Vec<&str> = printed.lines().collect();
    let (printed, written) = match written.split_last() {
        Some((last, begin)) if last == "…" => (&printed[..printed.len().min(begin.len())], begin),
        _ => (&printed[..], written),
    };
    without_chance(&printed.join("\n")) == without_chance(written.join("\n").trim_end())
}

/// Run a page, and return it with what was printed.
fn run_page(page: &Path, stored: &str) -> String {
    let mut session = Session::open(page);
    let mut lines: Vec<String> = stored.lines().map(str::to_owned).collect();
    let mut blocks = Vec::new();
    for block in find_blocks(stored).into_iter().filter(|block| block.info == "console") {
        if !block.remarks("not run").is_empty() {
            continue;
        }
        for line in block.remarks("before") {
            session.run(line, &[]);
        }
        let mut found = Vec::new();
        for example in block.examples() {
            let meanwhile = if example.command.contains("events") { block.remarks("meanwhile") } else { Vec::new() };
            let printed = session.run(&example.command, &meanwhile);
            let printed = printed.replace(&format!(":{}", session.address.port()), &format!(":{WRITTEN_PORT}"));
            let is_same = is_as_written(printed.trim_end(), &example.output);
            found.push(format!("$ {}", example.command));
            if is_same {
                found.extend(example.output);
            } else {
                found.extend(printed.trim_end().lines().map(str::to_owned));
            }
        }
        blocks.push((block.at, block.lines.len(), found));
    }
    for (at, length, found) in blocks.into_iter().rev() {
        lines.splice(at..at + length, found);
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_example_prints_what_its_page_says() {
    let is_writing = env::var("HERENOW_EXAMPLES").is_ok_and(|v| v == "write");
    for page in pages() {
        let stored = fs::read_to_string(&page).unwrap();
        let found = run_page(&page, &stored);
        if is_writing && found != stored {
            fs::write(&page, found).unwrap();
            continue;
        }
        let differs = found.lines().zip(stored.lines()).find(|(found, stored)| found != stored);
        assert!(
            found == stored,
            "{}: the first line that differs is {differs:?}; HERENOW_EXAMPLES=write cargo test --test it manual_examples",
            page.display()
        );
    }
}

#[test]
fn what_is_not_run_is_listed_with_its_reason() {
    let mut found = Vec::new();
    for page in pages() {
        let stored = fs::read_to_string(&page).unwrap();
        let name = file_name(&page).to_owned();
        for block in find_blocks(&stored) {
            let known = ["console", "json", "python", "text", "toml", "yaml"];
            assert!(known.contains(&block.info.as_str()), "{name}: commands are `console`, not {:?}", block.info);
            let is_command = block.lines.iter().any(|line| line.starts_with("$ "));
            assert_eq!(is_command, block.info == "console", "{name}: {:?}", block.lines);
            if let [reason] = block.remarks("not run")[..] {
                assert!(reason.len() > 10, "{name}: {reason}");
                found.push((name.clone(), block.examples()[0].command.clone()));
            }
        }
    }
    let listed: Vec<(String, String)> = found
        .iter()
        .map(|(page, command)| {
            let known = NOT_RUN.iter().find(|(name, begin)| name == page && command.starts_with(begin));
            known.map_or_else(|| panic!("{page}: `{command}` is not listed"), |(n, c)| ((*n).into(), (*c).into()))
        })
        .collect();
    let all: Vec<(String, String)> = NOT_RUN.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect();
    assert_eq!(listed, all, "what is listed is not run, in this order");
}

#[test]
fn what_pages_show_of_files_can_be_read() {
    for page in pages() {
        for block in find_blocks(&fs::read_to_string(&page).unwrap()) {
            let content = block.lines.join("\n");
            match block.info.as_str() {
                "toml" => {
                    drop(content.parse::<toml::Table>().unwrap_or_else(|why| panic!("{}: {why}", page.display())));
                }
                "json" => drop(serde_json::from_str::<serde_json::Value>(&content).unwrap()),
                _ => {}
            }
        }
    }
}
