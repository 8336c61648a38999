//! The SDKs that can be examined, and how each is started.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::adapter::Sdk;

/// Steps of the exam that an SDK takes at the same time: most of them wait most of the time.
const AT_A_TIME: usize = 4;

/// A file next to this one.
pub fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(file)
}

/// What the environment names, or the reason why nothing can be done without it.
pub fn told(variable: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set; tests/sdk/main.rs says what it names"))
}

pub fn rust() -> Sdk {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official-sdk");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(here("rust/Cargo.toml"));
        build.arg("--target-dir").arg(&target);
        // What this test run was told is not for another crate.
        for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_BUILD_TARGET_DIR"] {
            build.env_remove(name);
        }
        assert!(build.status().unwrap().success(), "the SDK's crate must build");
        target.join("debug/official-sdk")
    });
    Sdk { name: "rust".into(), program: vec![program.into()], shortest: 20, at_a_time: AT_A_TIME }
}

fn python(client: &str) -> Sdk {
    let program = vec![told("HERENOW_PYTHON"), here("python.py").into(), client.into()];
    let ask = "import importlib.metadata as m; print(m.version('pubnub'))";
    let name = format!("python {} {client}", output_of(Command::new(&program[0]).args(["-c", ask])));
    Sdk { name, program, shortest: 4, at_a_time: AT_A_TIME }
}

pub fn python_threads() -> Sdk {
    python("threads")
}

pub fn python_asyncio() -> Sdk {
    python("asyncio")
}

/// What a program prints that must succeed.
fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn node() -> OsString {
    std::env::var_os("HERENOW_NODE").unwrap_or_else(|| "node".into())
}

fn javascript_version() -> String {
    let package = Path::new(&told("HERENOW_NODE_MODULES")).join("pubnub/package.json");
    let package = std::fs::read(&package).unwrap_or_else(|e| panic!("{}: {e}", package.display()));
    let package: Value = serde_json::from_slice(&package).unwrap();
    package["version"].as_str().unwrap().to_owned()
}

/// The adapters read `HERENOW_NODE_MODULES` by themselves.
fn javascript(how: &str, words: &[&str], at_a_time: usize) -> Sdk {
    let version = javascript_version();
    let major: u32 = version.split('.').next().unwrap().parse().unwrap();
    let shortest = if major < 9 { 20 } else { 4 };
    let program = std::iter::once(node()).chain(words.iter().map(Into::into)).collect();
    Sdk { name: format!("javascript {version} {how}"), program, shortest, at_a_time }
}

pub fn javascript_engine() -> Sdk {
    javascript("engine", &[here("javascript/node.mjs").to_str().unwrap(), "engine"], AT_A_TIME)
}

pub fn javascript_classic() -> Sdk {
    javascript("classic", &[here("javascript/node.mjs").to_str().unwrap(), "classic"], AT_A_TIME)
}

/// A page on `host`, with the SDK's build for browsers. A browser opens at most six connections to one
/// origin; with two polls to a step there is room for one step.
pub fn browser(host: &str, subscribe_loop: &str) -> Sdk {
    told("HERENOW_CHROMIUM");
    let how = format!("{subscribe_loop} in a page");
    javascript(&how, &[here("javascript/browser.mjs").to_str().unwrap(), host, subscribe_loop], 1)
}

/// Build an adapter that must be compiled, and return where it is.
fn built(name: &str, build: impl FnOnce(&Path) -> Command) -> OsString {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    output_of(&mut build(&program));
    program.into()
}

/// The adapter in a Go module that requires the SDK.
pub fn go_in(module: &Path) -> Sdk {
    let requirements = std::fs::read_to_string(module.join("go.mod")).expect("a go.mod");
    let sdk = "github.com/pubnub/go/";
    let line = requirements.lines().find(|line| line.contains(sdk) && !line.contains("=>"));
    let mut words =
        line.expect("a module that requires the SDK").split_whitespace().skip_while(|word| !word.contains(sdk));
    let (path, version) = (words.next().unwrap(), words.next().unwrap_or_default());
    let source = std::fs::read_to_string(here("go/main.go")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("go-adapter-{version}"));
    std::fs::create_dir_all(&folder).unwrap();
    let fitting = folder.join("main.go");
    std::fs::write(&fitting, source.replace("github.com/pubnub/go/v9", path)).unwrap();
    let program = built(&format!("go-adapter-{version}/adapter"), |program| {
        let mut build = Command::new("go");
        build.args(["build", "-mod=mod", "-o"]).arg(program).arg(&fitting).current_dir(module);
        build
    });
    Sdk { name: format!("go {version}"), program: vec![program], shortest: 20, at_a_time: AT_A_TIME }
}

pub fn go() -> Sdk {
    go_in(Path::new(&told("HERENOW_GO")))
}

/// The adapter with an `autoload.php` that knows the SDK.
pub fn php_with(autoload: &Path) -> Sdk {
    let variable = format!("HERENOW_PHP={}", autoload.display());
    let program = vec!["env".into(), variable.into(), "php".into(), here("php.php").into()];
    Sdk { name: "php".into(), program, shortest: 20, at_a_time: AT_A_TIME }
}

pub fn php() -> Sdk {
    let autoload = told("HERENOW_PHP");
    let ask = "require $argv[1]; echo PubNub\\PubNub::getSdkVersion();";
    let version = output_of(Command::new("php").args(["-r", ask]).arg(&autoload));
    Sdk { name: format!("php {version}"), ..php_with(Path::new(&autoload)) }
}

/// The adapter for an interpreter that finds the SDK by itself, or by these words.
pub fn ruby_by(mut program: Vec<OsString>) -> Sdk {
    program.push(here("ruby.rb").into());
    Sdk { name: "ruby".into(), program, shortest: 4, at_a_time: AT_A_TIME }
}

pub fn ruby() -> Sdk {
    let interpreter = told("HERENOW_RUBY");
    let version = output_of(Command::new(&interpreter).args(["-rpubnub", "-e", "print Pubnub::VERSION"]));
    Sdk { name: format!("ruby {version}"), ..ruby_by(vec![interpreter]) }
}

/// The adapter, compiled with these words: where the headers are, what they need, and the library.
pub fn ccore_with(name: &str, words: &[OsString]) -> Sdk {
    let program = built(name, |program| {
        let mut build = Command::new("cc");
        build.args(["-std=gnu11", "-O1", "-o"]).arg(program);
        build.args(
            ["main.c", "asked.c", "client.c", "heard.c", "json.c", "lists.c"].map(|file| here("ccore").join(file)),
        );
        build.args(words);
        build
    });
    Sdk { name: "c-core".into(), program: vec![program], shortest: 20, at_a_time: AT_A_TIME }
}

pub fn ccore() -> Sdk {
    let words = told("HERENOW_CCORE").into_string().expect("words in UTF-8");
    ccore_with("ccore-adapter", &words.split_whitespace().map(Into::into).collect::<Vec<_>>())
}
