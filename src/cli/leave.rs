//! `herenow leave`: be no longer present.

use clap::Args as ClapArgs;
use serde_json::json;

use super::{
    Failure,
    flags::{
        format::FormatArgs,
        keyset::KeysetArgs,
        places::{self, PlacesArgs},
    },
    keyset::{KeysetUse, UnnamedUser},
    print,
};

/// `herenow leave`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow leave --subscribe-key sub-c-… --user-id ann lobby",
    after_long_help = "Example: herenow leave --subscribe-key sub-c-… --user-id ann lobby\n\n\
    With --json: {\"version\":1,\"channels\":[\"lobby\"],\"groups\":[],\"left\":true,\"user\":\"ann\"}. The service \
    does not tell whether the user was there."
)]
pub struct LeaveArgs {
    /// Where.
    #[command(flatten)]
    pub places: PlacesArgs,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to tell, and as whom.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

pub(super) async fn run_leave(args: LeaveArgs) -> Result<(), Failure> {
    let places = args.places.read_some("herenow leave --user-id ann lobby")?;
    let client = args.keyset.connect(UnnamedUser::IsRefused, KeysetUse::Changes).await?;
    client.leave(&places).await?;
    let user = &client.keyset().user;
    if args.format.json {
        let (channels, groups) = places::split_names(&places);
        return print::json(&json!({"channels": channels, "groups": groups, "left": true, "user": user.as_str()}));
    }
    print::text(&format!("{user} left {}", places::list_places(&places)))
}
