//! A command that is run for each piece of news, with the news on its standard input. At the edge: it
//! starts processes, and ends those that take too long.

use std::{collections::VecDeque, fmt, time::Duration};

use tokio::task::JoinSet;

use super::{ChildError, ChildRun, Children, CommandLine};

/// At most so many run at the same time.
const AT_ONCE: usize = 4;

/// At most so many pieces of news wait for their turn; what comes on top of them is not told to it.
const WAITING: usize = 100;

/// It may take so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a command.
pub struct AlertCommand {
    /// What it is called in a sentence. Safe to show.
    name: String,
    command: CommandLine,
    patience: Duration,
    running: JoinSet<Result<(), ChildError>>,
    children: Children,
    waiting: VecDeque<String>,
    /// What is to be told of trouble.
    trouble: Option<String>,
    /// It was told: once is enough.
    said: bool,
}

impl fmt::Debug for AlertCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertCommand").field("name", &self.name).finish_non_exhaustive()
    }
}

impl AlertCommand {
    /// One that runs this.
    pub fn new(command: CommandLine) -> Self {
        Self {
            name: command.to_string(),
            command,
            children: Children::default(),
            patience: PATIENCE,
            running: JoinSet::new(),
            waiting: VecDeque::new(),
            trouble: None,
            said: false,
        }
    }

    /// Run it with this line on its standard input, as soon as fewer than four others run.
    pub fn run(&mut self, line: String) {
        if self.waiting.len() >= WAITING {
            self.went_wrong("is slower than the news; some of it is not told to it");
            return;
        }
        self.waiting.push_back(line);
        self.start();
    }

    fn start(&mut self) {
        while self.running.len() < AT_ONCE
            && let Some(line) = self.waiting.pop_front()
        {
            let (command, input, patience) = (&self.command, Some(line + "\n"), self.patience);
            let run = self.children.run(&ChildRun { command, input, most_output: None, patience });
            self.running.spawn(async { run.await.map(drop) });
        }
    }

    fn went_wrong(&mut self, why: &str) {
        if !self.said {
            self.said = true;
            self.trouble = Some(format!("{} {why}; this is said once", self.name));
        }
    }

    /// What went wrong first; never returns if nothing does.
    pub async fn trouble(&mut self) -> String {
        loop {
            if let Some(sentence) = self.trouble.take() {
                return sentence;
            }
            match self.running.join_next().await {
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(why))) => self.went_wrong(&why.to_string()),
                Some(Err(_)) => self.went_wrong("could not be looked after"),
                None => std::future::pending().await,
            }
            self.start();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{
        os::unix::fs::PermissionsExt,
        path::{Path, PathBuf},
    };

    /// A folder of its own with a script in it.
    fn script(name: &str, text: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("herenow-alert-command-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("hook.sh");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        (folder, path)
    }

    fn make_command(path: &Path) -> AlertCommand {
        // Through the shell, since a file that another test is just about to close can't be run itself.
        AlertCommand::new(CommandLine::Words(vec!["/bin/sh".to_owned(), path.to_str().unwrap().to_owned()]))
    }

    /// Until all have ended.
    async fn ended(command: &mut AlertCommand) -> Option<String> {
        while !command.running.is_empty() || command.trouble.is_some() {
            tokio::select! {
                sentence = command.trouble() => return Some(sentence),
                () = tokio::task::yield_now() => {}
            }
        }
        None
    }

    #[tokio::test]
    async fn the_command_gets_the_news_on_its_standard_input() {
        let (folder, path) = script("reads", "cat >> \"$(dirname \"$0\")/told\"");
        let mut command = make_command(&path);
        let line = r#"{"about":"user","name":"$(touch evil)`;"}"#;
        (0..6).for_each(|_| command.run(line.to_owned()));
        assert_eq!((command.running.len(), command.waiting.len()), (AT_ONCE, 2));
        assert_eq!(ended(&mut command).await, None);
        let told = std::fs::read_to_string(folder.join("told")).unwrap();
        assert_eq!(told, format!("{line}\n").repeat(6));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn failures_are_said_once_and_too_many_are_not_kept() {
        let (folder, path) = script("fails", "exit 3");
        let mut failing = make_command(&path);
        (0..3).for_each(|_| failing.run(String::new()));
        let said = ended(&mut failing).await.unwrap();
        assert_eq!(said, "the command `/bin/sh` failed (exit status: 3); this is said once");
        assert_eq!(ended(&mut failing).await, None);
        std::fs::remove_dir_all(folder).unwrap();
        let mut missing = AlertCommand::new(CommandLine::Words(vec!["/nonexistent/hook".to_owned()]));
        missing.run(String::new());
        assert!(ended(&mut missing).await.unwrap().contains("could not be started"), "{missing:?}");
        let mut slow = AlertCommand::new(CommandLine::Words(vec!["true".to_owned()]));
        (0..WAITING + AT_ONCE + 5).for_each(|_| slow.run(String::new()));
        assert_eq!(slow.waiting.len(), WAITING);
        assert!(slow.trouble.as_ref().unwrap().contains("slower than the news"));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_that_it_started() {
        let (folder, path) = script("hangs", "sleep 600 & echo $! > \"$(dirname \"$0\")/child\"; wait");
        let mut command = make_command(&path);
        command.patience = Duration::from_secs(1);
        command.run(String::new());
        let said = ended(&mut command).await.unwrap();
        assert!(said.contains("took longer than 1 s"), "{said}");
        let child: i32 = std::fs::read_to_string(folder.join("child")).unwrap().trim().parse().unwrap();
        let child = nix::unistd::Pid::from_raw(child);
        // Whoever inherited it may take a moment to bury it.
        let gone = || {
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            nix::sys::signal::kill(child, None).is_err() || stat.contains(") Z ")
        };
        while !gone() {
            tokio::task::yield_now().await;
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
