//! The answer to here now as it is written. States go out as they came in.

use super::{HereNow, HereNowShape, write_json::write_text};
use crate::presence::{Channel, State};

/// Writes an answer to here now in pieces, so that no one has to hold all of it.
///
/// ```
/// use herenow::{presence::Channel, wire::{HereNow, HereNowShape, HereNowWriter}};
///
/// let (mut writer, mut body) = (HereNowWriter::new(HereNowShape::ByChannel, false), Vec::new());
/// writer.begin_channel(&Channel::from_wire("lobby"), true, &mut body);
/// writer.write_user("ann", None, &mut body);
/// writer.end_channel(1, &mut body);
/// writer.end(&mut body);
/// assert_eq!(HereNow::parse(std::str::from_utf8(&body).unwrap(), None).unwrap().total_occupancy(), 1);
/// ```
#[derive(Debug)]
pub struct HereNowWriter {
    shape: HereNowShape,
    with_state: bool,
    channels: u64,
    occupancy: u64,
    /// The users of the channel that is being written, if they are listed.
    listed: Option<u64>,
}

impl HereNowWriter {
    /// In the given shape; `with_state` makes every occupant an object.
    pub fn new(shape: HereNowShape, with_state: bool) -> Self {
        Self { shape, with_state, channels: 0, occupancy: 0, listed: None }
    }

    fn begin(&self, out: &mut Vec<u8>) {
        if self.channels == 0 {
            out.extend_from_slice(br#"{"status":200,"message":"OK","service":"Presence","#);
            if self.shape == HereNowShape::ByChannel {
                out.extend_from_slice(br#""payload":{"channels":{"#);
            }
        }
    }

    /// Begin with a channel: in the flat shape the only one, whatever its name. `lists` says whether users follow.
    pub fn begin_channel(&mut self, channel: &Channel, lists: bool, out: &mut Vec<u8>) {
        self.begin(out);
        if self.shape == HereNowShape::ByChannel {
            out.extend_from_slice(if self.channels > 0 { b"," } else { b"" });
            write_text(channel.as_str(), out);
            out.extend_from_slice(b":{");
        }
        self.channels += 1;
        self.listed = lists.then_some(0);
        if lists {
            out.extend_from_slice(br#""uuids":["#);
        }
    }

    /// Write a user of the channel.
    pub fn write_user(&mut self, user: &str, state: Option<&State>, out: &mut Vec<u8>) {
        let listed = self.listed.get_or_insert(0);
        out.extend_from_slice(if *listed > 0 { b"," } else { b"" });
        *listed += 1;
        if !self.with_state {
            return write_text(user, out);
        }
        out.extend_from_slice(br#"{"uuid":"#);
        write_text(user, out);
        if let Some(state) = state {
            out.extend_from_slice(br#","state":"#);
            out.extend_from_slice(state.as_json().as_bytes());
        }
        out.push(b'}');
    }

    /// End the channel, on which so many are present.
    pub fn end_channel(&mut self, occupancy: u64, out: &mut Vec<u8>) {
        self.occupancy += occupancy;
        out.extend_from_slice(if self.listed.take().is_some() { b"]," } else { b"" });
        out.extend_from_slice(format!(r#""occupancy":{occupancy}}}"#).as_bytes());
    }

    /// End the answer.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let Self { channels, occupancy, .. } = *self;
        self.begin(out);
        match self.shape {
            HereNowShape::Flat if channels == 0 => out.extend_from_slice(br#""uuids":[],"occupancy":0}"#),
            HereNowShape::Flat => {}
            HereNowShape::ByChannel => out.extend_from_slice(
                format!(r#"}},"total_channels":{channels},"total_occupancy":{occupancy}}}}}"#).as_bytes(),
            ),
        }
    }
}

impl HereNow {
    /// Write it in the given shape; `with_state` makes every occupant an object.
    pub fn encode(&self, shape: HereNowShape, with_state: bool) -> String {
        let (mut writer, mut out) = (HereNowWriter::new(shape, with_state), Vec::new());
        let most = if shape == HereNowShape::Flat { 1 } else { usize::MAX };
        for (channel, occupants) in self.channels.iter().take(most) {
            writer.begin_channel(channel, occupants.listed.is_some(), &mut out);
            for listed in occupants.listed.iter().flatten() {
                writer.write_user(listed.user.as_str(), listed.state.as_ref(), &mut out);
            }
            writer.end_channel(occupants.occupancy, &mut out);
        }
        writer.end(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}
