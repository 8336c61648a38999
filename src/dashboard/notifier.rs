//! The notifier: delivers alerts of the watch list by bell, title, notification and command, each if it is
//! configured.

use std::fmt;

use crate::{
    alerts::Alert,
    child::AlertCommand,
    terminal::{self, OscNotification},
    wording::count_more,
};

/// What stands in a title and above a notification.
const NAME: &str = "herenow";

/// More notifications at once than this are summed up.
const AT_ONCE: usize = 3;

/// The ways to notify. By default bell and title, the calm ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotifyWays {
    /// Ring the bell.
    pub bell: bool,
    /// Show the alert in the window title until a key is pressed.
    pub title: bool,
    /// Ask the terminal for a notification, by this sequence.
    pub osc: Option<OscNotification>,
}

impl Default for NotifyWays {
    fn default() -> Self {
        Self { bell: true, title: true, osc: None }
    }
}

/// Writes to the terminal.
type Emit = dyn FnMut(&[u8]) + Send;

/// Delivers alerts.
pub struct Notifier {
    ways: NotifyWays,
    emit: Box<Emit>,
    command: Option<AlertCommand>,
    /// Whether the title shows an alert.
    titled: bool,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("ways", &self.ways).field("command", &self.command).finish_non_exhaustive()
    }
}

impl Notifier {
    /// A notifier for these ways, and for a command if there is one. `emit` writes to the terminal.
    pub fn new(ways: NotifyWays, command: Option<AlertCommand>, emit: impl FnMut(&[u8]) + Send + 'static) -> Self {
        Self { ways, emit: Box::new(emit), command, titled: false }
    }

    /// Deliver alerts that came together: one bell, and the last alert in the title.
    pub fn tell(&mut self, alerts: &[Alert]) {
        let Some(last) = alerts.last() else { return };
        let mut bytes = Vec::new();
        if self.ways.title {
            bytes.extend(terminal::format_title(&format!("{NAME} · {}", last.title())));
            self.titled = true;
        }
        if let Some(osc) = self.ways.osc {
            for alert in alerts.iter().take(AT_ONCE) {
                bytes.extend(terminal::format_notification(osc, NAME, &alert.to_string()));
            }
            if let Some(rest) = count_more(alerts.len().saturating_sub(AT_ONCE)) {
                bytes.extend(terminal::format_notification(osc, NAME, &rest));
            }
        }
        if self.ways.bell {
            bytes.extend(terminal::BELL);
        }
        if !bytes.is_empty() {
            (self.emit)(&bytes);
        }
        if let Some(command) = &mut self.command {
            for alert in alerts {
                command.run(alert.to_json());
            }
        }
    }

    /// Somebody is looking: the title need not tell any more.
    pub fn mark_seen(&mut self) {
        if std::mem::take(&mut self.titled) {
            (self.emit)(&terminal::format_title(NAME));
        }
    }

    /// Wait for what went wrong with the command, told once; never returns if nothing does. Has to be waited for
    /// all the time, since it looks after the command's processes.
    pub async fn wait_for_trouble(&mut self) -> String {
        match &mut self.command {
            Some(command) => command.trouble().await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        alerts::{AlertKind, AlertSubject},
        presence::{Channel, Moment, UserId},
    };
    use std::sync::{Arc, Mutex};

    fn news(user: &str) -> Alert {
        let (subject, channel) = (AlertSubject::User(UserId::from_wire(user)), Some(Channel::from_wire("lobby")));
        Alert { subject, kind: AlertKind::Left, channel, occupancy: Some(23), at: Moment::default(), more: 0 }
    }

    fn told(ways: NotifyWays, do_it: impl Fn(&mut Notifier)) -> String {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = heard.clone();
        let mut notifier = Notifier::new(ways, None, move |bytes: &[u8]| ear.lock().unwrap().extend_from_slice(bytes));
        do_it(&mut notifier);
        let bytes = heard.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn news_rings_once_and_stays_in_the_title_until_somebody_looks() {
        let said = told(NotifyWays::default(), |notifier| {
            notifier.tell(&[news("ann"), news("bob")]);
            notifier.mark_seen();
            notifier.mark_seen();
        });
        assert_eq!(said, "\x1b]2;herenow · lobby 23 · bob left\x1b\\\x07\x1b]2;herenow\x1b\\");
    }

    #[test]
    fn each_way_is_wanted_by_itself_and_many_notifications_are_summed_up() {
        let ways = NotifyWays { bell: false, title: false, osc: None };
        assert_eq!(told(ways, |notifier| notifier.tell(&[news("ann")])), "");
        let ways = NotifyWays { osc: Some(OscNotification::Nine), ..ways };
        let said = told(ways, |notifier| notifier.tell(&["a", "b", "c", "d\x1b;", "e"].map(news)));
        assert_eq!(said.matches("\x1b]9;").count(), 4, "{said:?}");
        assert!(said.ends_with("\x1b]9;herenow: and 2 more\x1b\\"), "{said:?}");
    }
}
