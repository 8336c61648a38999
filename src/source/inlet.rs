//! Where notices wait for the loop: bounded in number and in bytes. When it is full the source waits, and the service
//! keeps the rest.

use std::sync::Arc;

use tokio::sync::{
    Semaphore,
    mpsc::{Receiver, Sender, channel},
};

use crate::presence::{Notice, ReplyItem};

/// Notices that wait weigh at most so many bytes, but for a single one that is heavier.
const MOST_BYTES: usize = 16 << 20;

/// What the source tells.
#[derive(Debug)]
pub struct Inlet {
    notices: Receiver<Notice>,
    /// Bytes that may still come in.
    room: Arc<Semaphore>,
}

/// Where the poll loops tell it.
#[derive(Debug, Clone)]
pub struct Outlet {
    notices: Sender<Notice>,
    /// Bytes that may still come in, if they are bounded.
    room: Option<Arc<Semaphore>>,
}

/// Nobody takes notices any more.
#[derive(Debug)]
pub struct InletClosed;

impl From<Receiver<Notice>> for Inlet {
    /// Bounded by the channel alone.
    fn from(notices: Receiver<Notice>) -> Self {
        Self { notices, room: Arc::new(Semaphore::new(0)) }
    }
}

impl From<Sender<Notice>> for Outlet {
    /// Bounded by the channel alone.
    fn from(notices: Sender<Notice>) -> Self {
        Self { notices, room: None }
    }
}

impl Outlet {
    /// Tell a notice, as soon as there is room for it.
    ///
    /// # Errors
    /// If nobody takes notices any more.
    pub async fn send(&self, notice: Notice) -> Result<(), InletClosed> {
        let permit = match &self.room {
            Some(room) => tokio::select! {
                biased;
                permit = room.acquire_many(weigh(&notice)) => permit.ok(),
                () = self.notices.closed() => return Err(InletClosed),
            },
            None => None,
        };
        self.notices.send(notice).await.map_err(|_| InletClosed)?;
        // Given back when the notice is taken in; or at once, if this is dropped while it waits.
        if let Some(permit) = permit {
            permit.forget();
        }
        Ok(())
    }

    /// Wait until nobody takes notices any more.
    pub async fn wait_until_closed(&self) {
        self.notices.closed().await;
    }
}

impl Inlet {
    /// An inlet of at most so many notices, and where they are told.
    pub fn open_bounded(most: usize) -> (Self, Outlet) {
        let (to, notices) = channel(most);
        let room = Arc::new(Semaphore::new(MOST_BYTES));
        (Self { notices, room: room.clone() }, Outlet { notices: to, room: Some(room) })
    }

    /// Whether more may come.
    pub fn is_open(&self) -> bool {
        !self.notices.is_closed() || !self.notices.is_empty()
    }

    /// Wait for notices and take up to so many. Dropped before its end, nothing is lost.
    pub async fn take_many(&mut self, into: &mut Vec<Notice>, most: usize) {
        let before = into.len();
        self.notices.recv_many(into, most).await;
        self.room.add_permits(into[before..].iter().map(|notice| weigh(notice) as usize).sum());
    }
}

/// What it is counted for, in bytes.
fn weigh(notice: &Notice) -> u32 {
    let bytes: usize = match notice {
        Notice::Batch(batch) => batch.heard.iter().map(weigh_item).sum(),
        Notice::Link { .. } => 0,
    };
    u32::try_from(bytes.min(MOST_BYTES)).unwrap_or(u32::MAX)
}

fn weigh_item(item: &ReplyItem) -> usize {
    match item {
        ReplyItem::Event(event) => event.weight(),
        ReplyItem::Garbled { why, raw } => size_of::<ReplyItem>() + why.len() + raw.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{Batch, Channel, EventKind, Moment, PresenceEvent, Timetoken};

    /// A reply with one event that weighs a little more than this.
    fn weigh_in(bytes: usize) -> Notice {
        let event = PresenceEvent {
            channel: Channel::from_wire("lobby"),
            subscription: None,
            published: Timetoken::new(1),
            timestamp: None,
            occupancy: None,
            what: EventKind::Unknown { action: "x".to_owned(), raw: "x".repeat(bytes) },
            raw: None,
        };
        let heard = vec![ReplyItem::from(event)];
        let (cursor, at) = (Timetoken::new(1), Moment::default());
        Notice::from(Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at })
    }

    #[tokio::test(start_paused = true)]
    async fn heavy_notices_wait_outside_until_others_are_taken_in() {
        let (mut inlet, tell) = Inlet::open_bounded(1024);
        let told = tokio::spawn(async move {
            for _ in 0..20 {
                tell.send(weigh_in(4 << 20)).await.unwrap();
            }
        });
        // Time jumps only when nobody can go on.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(inlet.notices.len(), 3, "of 4 MiB and a little each");
        assert!(!told.is_finished());
        let mut taken = Vec::new();
        while taken.len() < 20 {
            inlet.take_many(&mut taken, 256).await;
        }
        told.await.unwrap();
    }

    #[tokio::test]
    async fn one_that_is_heavier_than_all_may_be_passes_alone() {
        let (mut inlet, tell) = Inlet::open_bounded(1024);
        let mut taken = Vec::new();
        for count in 1..=3 {
            tell.send(weigh_in(2 * MOST_BYTES)).await.unwrap();
            inlet.take_many(&mut taken, 256).await;
            assert_eq!(taken.len(), count);
        }
        drop(tell);
        inlet.take_many(&mut taken, 256).await;
        assert!(!inlet.is_open() && taken.len() == 3);
    }
}
