//! An incident, as a line.

use super::object::{Object, begin_line, millis};
use crate::{incident::Incident, presence::Moment};

/// Write an incident as a line, with its end.
pub fn write_incident(out: &mut String, incident: &Incident, now: Moment) {
    let mut line = begin_line(out, "incident", millis(now));
    line.number("number", incident.number).text("kind", incident.kind.name());
    if let Some(was) = incident.was {
        line.text("was", was.name());
    }
    line.number("began", millis(incident.begin)).number("ended", millis(incident.last));
    if let Some((first, last)) = incident.events {
        line.text("first", &first.to_string()).text("last", &last.to_string());
    }
    line.number("users", incident.users).number("changes", incident.presences).number("unnamed", incident.unnamed);
    line.number("unheard", incident.unheard);
    line.number("left", incident.left).number("timed_out", incident.timed_out).number("returned", incident.returned);
    line.number("before", incident.before).number("after", incident.after);
    line.number("concerned", incident.concerned).number("in_view", incident.in_view);
    line.texts("channels", incident.channels.iter().map(|change| change.channel.as_str()));
    line.users("some", &incident.names);
    if let Some(common) = &incident.common {
        let mut object = Object::open(line.key("common"));
        if let Some(field) = &common.field {
            object.text("field", field);
        }
        object.text("value", &common.value).number("with", common.with).number("of", common.of);
        object.number("others_with", common.others_with).number("others", common.others);
        object.close();
    }
    line.texts("unknown", incident.list_unknowns().iter().map(String::as_str));
    line.text("text", &incident.sentence());
    line.close();
    out.push('\n');
}
