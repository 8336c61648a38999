//! Here now: one page, or all of them.

use super::{AnswerText, Client, Collected, Error, Pages, Wanted};
use crate::{
    presence::{Snapshot, Subscription, rules},
    wire::{HereNow, Malformed, Names, Operation, Page, scan_here_now},
};

/// Read a here now, without the names that held bytes that are not UTF-8.
fn parse_here_now(body: &AnswerText, asked: Option<&str>) -> Result<HereNow, Malformed> {
    let answer = body.read(|text| scan_here_now(text, asked).map_or_else(|| HereNow::parse(text, asked), Ok))?;
    let answer = if body.is_patched() { answer.without_patches() } else { answer };
    let unread = answer.unread + answer.channels.values().map(|c| c.unread).sum::<usize>();
    if unread > 0 {
        tracing::warn!(kind = "here now", unread, "names that can't be read");
    }
    Ok(answer)
}

impl Client {
    /// Who is present, in one request: counts, user ids or states, and the part of the occupants that `page` names.
    /// No places: everywhere.
    pub async fn here_now_once(&self, places: &[Subscription], wanted: Wanted, page: Page) -> Result<HereNow, Error> {
        let names = Names::from_subscriptions(places);
        let single = names.single().cloned();
        let (user_ids, state) = (wanted != Wanted::Counts, wanted == Wanted::States);
        let operation = Operation::HereNow { names, user_ids, state, page };
        let answer = self.ask(operation, |body| parse_here_now(body, single.as_deref())).await?;
        match answer.unread {
            0 => Ok(answer),
            // In a single page, a channel that is missing can't be told from one that is empty.
            unread => Err(Malformed::new("here now", format!("{unread} of its channels are garbled")).into()),
        }
    }

    /// Who is present, with states, page by page. No places: everywhere.
    pub async fn here_now(&self, places: &[Subscription]) -> Result<Vec<Snapshot>, Error> {
        self.here_now_all(places, Wanted::States).await
    }

    /// As [`here_now`](Self::here_now), with as much of each occupant as is wanted; counts take one
    /// request.
    pub async fn here_now_all(&self, places: &[Subscription], wanted: Wanted) -> Result<Vec<Snapshot>, Error> {
        let mut pages = self.begin_here_now(places, wanted);
        let mut all = Collected::default();
        while let Some(page) = self.ask_page(&mut pages).await? {
            all.extend(page);
        }
        Ok(all.into_snapshots())
    }

    /// A here now to be [asked](Self::ask_page) page by page.
    pub(super) fn begin_here_now(&self, places: &[Subscription], wanted: Wanted) -> Pages {
        Pages::new(places, rules::HERE_NOW_PAGE, self.most_names()).reduce_to(wanted)
    }

    /// The next page of each channel that has more; `None` when all was told.
    pub(super) async fn ask_page(&self, pages: &mut Pages) -> Result<Option<Vec<Snapshot>>, Error> {
        let Some((names, page)) = pages.next() else { return Ok(None) };
        let asked_at = self.service_time_at_least();
        let single = names.single().cloned();
        let (user_ids, state) = (pages.telling() != Wanted::Counts, pages.telling() == Wanted::States);
        let operation = Operation::HereNow { names, user_ids, state, page };
        let answer = self.ask(operation, |body| parse_here_now(body, single.as_deref())).await?;
        Ok(Some(pages.add(answer, asked_at)))
    }
}
