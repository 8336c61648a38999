//! What an incident changed on each channel.

/// The changes on each channel that belong to an incident, and by how much its occupancy changed since the beginning,
/// by its place: at each movement one is looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct ChannelChanges(Vec<(u64, i64)>);

impl ChannelChanges {
    pub fn at(&mut self, place: u32) -> &mut (u64, i64) {
        let place = place as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, (0, 0));
        }
        &mut self.0[place]
    }

    /// Those that something happened on.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u64, i64)> {
        let all = (0..).zip(&self.0).map(|(place, (changes, net))| (place, *changes, *net));
        all.filter(|(_, changes, net)| (*changes, *net) != (0, 0))
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The bytes of a copy.
    pub const fn weigh(&self) -> usize {
        self.0.len() * size_of::<(u64, i64)>()
    }
}
