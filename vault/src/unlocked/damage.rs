//! What of a vault does not open any more. Damage is of one part of one object, and of nothing else.

use protocol::{ById, ObjectId, Part};

/// The parts whose current revision is known not to open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Damage(ById<ObjectId, [bool; 2]>);

impl Damage {
    /// The current revision of a part does not open.
    pub(crate) fn mark(&mut self, object: ObjectId, part: Part) {
        self.0.get_or_default(object)[part as usize] = true;
    }

    /// A part has a new revision.
    pub(crate) fn mend(&mut self, object: ObjectId, part: Part) {
        if let Some(parts) = self.0.get_mut(object) {
            parts[part as usize] = false;
            if *parts == [false; 2] {
                self.0.remove(object);
            }
        }
    }

    /// Every such part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (ObjectId, Part)> {
        let both = [Part::Overview, Part::Value];
        self.0.iter().flat_map(move |(object, parts)| {
            both.into_iter().filter(|part| parts[*part as usize]).map(move |part| (object, part))
        })
    }

    /// The objects that have one.
    pub(crate) fn objects(&self) -> impl Iterator<Item = ObjectId> {
        self.0.iter().map(|(object, _)| object)
    }
}
