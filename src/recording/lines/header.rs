//! The first line: what was recorded, and with which settings.

use serde::{Deserialize, Serialize};

use super::{
    scene::RecordedScene,
    words::{Nanos, RecordedPlace, Text, is_false, record_all, restore_all},
};
use crate::{
    presence::{SubscribeKey, UserId},
    recording::header::RecordingHeader,
    world::Session,
};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedHeader<'a> {
    /// MAJOR.MINOR of the format.
    #[serde(borrow)]
    pub format: Text<'a>,
    #[serde(borrow)]
    program: Text<'a>,
    #[serde(borrow)]
    masked_key: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    keyset: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    region: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_false")]
    production: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow)]
    watching: Vec<RecordedPlace<'a>>,
    budget: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    follows: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    announce_max: Option<u64>,
    presence_timeout: Nanos,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    scene: Option<RecordedScene<'a>>,
}

/// The format alone: a line of the future may hold anything else.
#[derive(Debug, Deserialize)]
pub(super) struct RecordedFormat<'a> {
    #[serde(borrow)]
    pub format: Text<'a>,
}

impl<'a> RecordedHeader<'a> {
    /// The header of this format.
    pub fn new(header: &'a RecordingHeader, format: &'a str) -> Self {
        let Session { name, region, production, read_only, user, watching, budget, follows, announce_max, .. } =
            &header.session;
        Self {
            format: format.into(),
            program: header.program.as_str().into(),
            masked_key: header.masked_key.as_str().into(),
            keyset: name.as_deref().map(Into::into),
            region: region.as_deref().map(Into::into),
            production: *production,
            read_only: *read_only,
            user: user.as_str().into(),
            watching: record_all(watching),
            budget: *budget,
            follows: *follows,
            announce_max: *announce_max,
            presence_timeout: Nanos(header.presence_timeout),
            seed: header.seed,
            scene: header.scene.as_ref().map(Into::into),
        }
    }

    /// The header, of a recording that began at `started`.
    pub fn restore(self, started: crate::presence::Moment) -> RecordingHeader {
        let session = Session {
            origin: String::new(),
            name: self.keyset.map(|name| (&*name).into()),
            region: self.region.map(Text::into_owned),
            production: self.production,
            read_only: self.read_only,
            subscribe_key: SubscribeKey::from_wire(&self.masked_key),
            user: UserId::from_wire(&self.user),
            watching: restore_all(self.watching),
            budget: self.budget,
            follows: self.follows,
            announce_max: self.announce_max,
            join_in: None,
        };
        RecordingHeader {
            program: self.program.into_owned(),
            masked_key: self.masked_key.into_owned(),
            session,
            presence_timeout: self.presence_timeout.0,
            seed: self.seed,
            scene: self.scene.map(Into::into),
            started,
        }
    }
}
