//! Asks a file or a command for the token. What they say goes into an [`Auth`] and nowhere else.

use std::{io, path::Path, time::Duration};

use super::{TokenFrom, expand_home};
use crate::{
    child::{ChildError, ChildRun, Children, CommandLine},
    files::{FileError, read_file},
    presence::show_path,
    wire::Auth,
};

/// A command has so long to say it.
const PATIENCE: Duration = Duration::from_secs(10);

/// A token, with whatever blanks are around it, has at most so many bytes.
const LARGEST: usize = 64 << 10;

/// Why there is no token. Never holds what was said on standard output; a command's last complaint is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token could not be had: {who} {why}")]
pub struct TokenError {
    /// Which file or command, made safe to show.
    who: String,
    why: String,
}

/// Ask for the token.
///
/// # Errors
/// If the file or the command does not say one.
pub async fn obtain_token(from: &TokenFrom) -> Result<Auth, TokenError> {
    let (who, said) = match from {
        TokenFrom::Given(auth) => return Ok(auth.clone()),
        TokenFrom::File(path) => (format!("the file {}", show_path(path)), read_token_file(path)),
        TokenFrom::Command(command) => (command.to_string(), run_token_command(command).await),
    };
    said.and_then(|text| parse_token(&text)).map_err(|why| TokenError { who, why })
}

fn parse_token(text: &str) -> Result<Auth, String> {
    // A command of Windows may print a byte order mark first.
    let token = text.trim_start_matches('\u{feff}').trim();
    if token.is_empty() {
        return Err("says nothing; it has to say the token and no more".to_owned());
    }
    if token.contains(char::is_whitespace) || token.contains(char::is_control) {
        return Err("says more than a token; it has to say the token and no more".to_owned());
    }
    Ok(Auth::new(token))
}

fn read_token_file(path: &Path) -> Result<String, String> {
    let held = read_file(&expand_home(path), LARGEST).map_err(|why| match why {
        FileError::Missing => "is not there; write the token into it, or name another".to_owned(),
        other => other.to_string(),
    })?;
    match held.mode {
        Some(mode) if mode & 0o077 != 0 => {
            Err(format!("can be read by others (its mode is {mode:04o}); run `chmod 600` on it"))
        }
        _ => Ok(held.text),
    }
}

/// What a command prints.
async fn run_token_command(command: &CommandLine) -> Result<String, String> {
    let owner = Children::default();
    let run = ChildRun { command, input: None, most_output: Some(LARGEST), patience: PATIENCE };
    let bytes = owner.run(&run).await.map_err(|error| match error {
        ChildError::NotStarted(e) if e.kind() == io::ErrorKind::NotFound => {
            "is not there; give its whole path".to_owned()
        }
        error @ ChildError::NotStarted(_) => format!("{error}; see whether it can be run by hand"),
        ChildError::TooMuch(_) => "says more than 64 KiB; it has to say the token and no more".to_owned(),
        error @ ChildError::TooSlow { .. } => format!("{error}; run it by hand to see what it waits for"),
        error => format!("{error}; run it by hand to see why"),
    })?;
    String::from_utf8(bytes)
        .map_err(|_| "says something that is not text; it has to say the token and no more".to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn said(line: &str) -> Result<String, String> {
        obtain_token(&TokenFrom::Command(CommandLine::Shell(line.to_owned())))
            .await
            .map(|auth| auth.expose().to_owned())
            .map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_command_says_the_token_and_no_more() {
        assert_eq!(said("echo '  abc '").await, Ok("abc".to_owned()));
        let words = ["printf", "%s", "a b"].map(str::to_owned).to_vec();
        let why = obtain_token(&TokenFrom::Command(CommandLine::Words(words))).await.unwrap_err().to_string();
        assert_eq!(
            why,
            "the token could not be had: the command `printf` says more than a token; \
             it has to say the token and no more"
        );
        for (line, why) in [
            ("true", "`true` says nothing"),
            ("echo MARKER; exit 3", "`echo` failed (exit status: 3); run it by hand"),
            ("printf MARKER; kill -9 $$", "`printf` failed (signal: 9"),
            ("yes MARKER", "`yes` says more than 64 KiB"),
            ("printf 'MARKER\\377'", "says something that is not text; it has to say the token and no more"),
            ("printf 'MARKER\\nMARKER'", "says more than a token"),
        ] {
            let said = said(line).await.unwrap_err();
            assert!(said.contains(why) && !said.contains("MARKER"), "{line}: {said}");
        }
        let nobody = TokenFrom::Command(CommandLine::Words(vec!["no-such-program-of-that-name".to_owned()]));
        assert!(obtain_token(&nobody).await.unwrap_err().to_string().contains("is not there; give its whole path"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_that_does_not_answer_is_stopped() {
        // Time stands still while anything happens, and jumps when nothing does.
        assert!(
            said("exec sleep 3600")
                .await
                .unwrap_err()
                .contains("took longer than 10 s and was ended; run it by hand to see what it waits for")
        );
    }
}
