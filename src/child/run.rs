//! Runs a program to its end, within its time, and hears what it says.

use std::{future::Future, io, process::ExitStatus, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::ChildStdin,
    time::timeout,
};

use super::{
    CommandLine,
    children::{Children, ProcessGroup},
};
use crate::presence::sanitize;

/// A program that was asked to end may take so long, then it is killed.
const GRACE: Duration = Duration::from_millis(500);

/// What a program said before it ended is read for so long: whatever it started and left in the background may hold
/// its output open for ever.
const REST: Duration = Duration::from_millis(100);

/// So much of a program's complaints is kept, in bytes from their beginning.
const MOST_COMPLAINTS: usize = 4096;

/// So much of them is shown, in characters.
const SHOWN: usize = 200;

/// What a program says on standard output is cut out of its complaints, from words of so many bytes on.
const SHORTEST_SECRET: usize = 4;

/// What is run for an owner.
#[derive(Debug)]
pub struct ChildRun<'a> {
    /// The program.
    pub command: &'a CommandLine,
    /// What it is told on its standard input; nothing can be read there otherwise.
    pub input: Option<String>,
    /// It may say so many bytes; what it says is not heard at all where this is `None`.
    pub most_output: Option<usize>,
    /// It may take so long.
    pub patience: Duration,
}

/// Why a program did not do what it was started for. What it complained of is in it, made safe to show.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started.
    #[error("could not be started ({})", .0.kind())]
    NotStarted(#[source] io::Error),
    /// It ended with a code that is not 0, or by a signal.
    #[error("failed ({status}{said})")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// What it complained of.
        said: Complaint,
    },
    /// It took too long, and was ended.
    #[error("took longer than {} s and was ended{said}", patience.as_secs())]
    TooSlow {
        /// It might have taken so long.
        patience: Duration,
        /// What it complained of.
        said: Complaint,
    },
    /// It said more than it may, and was ended.
    #[error("says more than {0} bytes")]
    TooMuch(usize),
    /// It can't be talked to.
    #[error("could not be heard ({})", .0.kind())]
    Unheard(#[source] io::Error),
}

/// What a program complained of: the last line of its standard error, made safe to show; shown with what leads to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint(String);

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "; it says: {}", self.0) }
    }
}

impl Complaint {
    /// Take the last line of `bytes`, without what was said on standard output: that may be a secret.
    fn read(bytes: &[u8], output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let mut line = last.trim().to_owned();
        for word in String::from_utf8_lossy(output).split_whitespace().filter(|word| word.len() >= SHORTEST_SECRET) {
            line = line.replace(word, "…");
        }
        let shown: String = line.chars().take(SHOWN).collect();
        let cut = if shown.len() < line.len() { "…" } else { "" };
        Self(format!("{}{cut}", sanitize(&shown)))
    }
}

impl Children {
    /// Run a program to its end, and return what it said. It leads a process group of its own, knows no secret of ours,
    /// and has no terminal to write to. What it leaves running when it ends, or when its time is over, is ended, too.
    ///
    /// # Errors
    /// If it fails, or takes or says too much.
    pub fn run(&self, run: &ChildRun<'_>) -> impl Future<Output = Result<Vec<u8>, ChildError>> + Send + 'static {
        let mut command = run.command.process();
        command.stdin(if run.input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(if run.most_output.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stderr(Stdio::piped());
        let (groups, patience) = (self.share(), run.patience);
        let (input, most, name) = (run.input.clone(), run.most_output.unwrap_or(0), run.command.program());
        async move {
            let mut group = ProcessGroup::start(&mut command, groups).map_err(ChildError::NotStarted)?;
            let mut heard = Heard::default();
            let ended = timeout(patience, heard.hear(&mut group, input, most)).await;
            if ended.is_err() {
                group.ask_to_end();
                // Killed at the end of its grace, it is waited for as well: nobody else does.
                let _ = timeout(GRACE, group.child.wait()).await;
            }
            group.end();
            let Heard { output, complaints } = heard;
            let said = Complaint::read(&complaints, &output);
            match ended {
                Err(_) => Err(ChildError::TooSlow { patience, said }),
                Ok(Err(error)) => Err(error),
                Ok(Ok(status)) if !status.success() => Err(ChildError::Failed { status, said }),
                Ok(Ok(_)) => {
                    if said != Complaint::default() {
                        tracing::info!(name, said = said.0, "a command complains and succeeds");
                    }
                    Ok(output)
                }
            }
        }
    }
}

/// What was heard of a program.
#[derive(Default)]
struct Heard {
    output: Vec<u8>,
    complaints: Vec<u8>,
}

impl Heard {
    /// Tell it what it is to be told, and hear it out. It is its end that ends this, and not that nobody holds its
    /// output any more.
    async fn hear(
        &mut self,
        group: &mut ProcessGroup,
        input: Option<String>,
        most: usize,
    ) -> Result<ExitStatus, ChildError> {
        let (stdin, stdout) = (group.child.stdin.take(), group.child.stdout.take());
        let stderr = group.child.stderr.take();
        let talk = async {
            let complaints = async {
                // What is more than is kept is read all the same: the program would wait for it.
                read_up_to(stderr, &mut self.complaints, MOST_COMPLAINTS, true).await.map(drop)
            };
            let output = async {
                let fits = read_up_to(stdout, &mut self.output, most, false).await?;
                Ok(if fits { Ok(()) } else { Err(ChildError::TooMuch(most)) })
            };
            let told: io::Result<_> = tokio::try_join!(tell(stdin, input), output, complaints);
            told.map_err(ChildError::Unheard)?.1
        };
        tokio::pin!(talk);
        let mut talking = true;
        let status = loop {
            tokio::select! {
                biased;
                said = &mut talk, if talking => {
                    said?;
                    talking = false;
                }
                status = group.child.wait() => break status.map_err(ChildError::Unheard)?,
            }
        };
        group.end();
        if talking && let Ok(said) = timeout(REST, talk).await {
            said?;
        }
        Ok(status)
    }
}

/// Write the input and close it. Who does not want to read it may do so.
async fn tell(stdin: Option<ChildStdin>, input: Option<String>) -> io::Result<()> {
    let (Some(mut stdin), Some(input)) = (stdin, input) else { return Ok(()) };
    let told = stdin.write_all(input.as_bytes()).await;
    told.or_else(|e| if e.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(e) })
}

/// Read to the end, and keep the first `most` bytes. Returns whether there were no more; stops at the first one more
/// unless `on` says to go on.
async fn read_up_to(
    from: Option<impl AsyncRead + Unpin>,
    kept: &mut Vec<u8>,
    most: usize,
    on: bool,
) -> io::Result<bool> {
    let Some(mut from) = from else { return Ok(true) };
    let (mut bytes, mut fits) = (vec![0; 4096], true);
    while fits || on {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            break;
        }
        let room = most - kept.len();
        kept.extend_from_slice(&bytes[..count.min(room)]);
        fits &= count <= room;
    }
    Ok(fits)
}

#[cfg(all(test, unix))]
mod tests;
