//! Things that JavaScript holds by a number. A number has a generation: one that is given back stands for nothing that comes later.

/// How many bits of a handle say the place.
const PLACE_BITS: u32 = 16;
const PLACE_MASK: u32 = (1 << PLACE_BITS) - 1;
/// Handles stay positive as 32-bit numbers with a sign.
const GENERATION_MASK: u32 = (1 << (31 - PLACE_BITS)) - 1;

/// Things by their handles.
pub(super) struct Slots<T>(Vec<(u32, Option<T>)>);

impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Slots(Vec::new())
    }

    /// Takes `value` in; `None` where there is no place left.
    pub(super) fn insert(&mut self, value: T) -> Option<u32> {
        let place = self.0.iter().position(|(_, slot)| slot.is_none()).unwrap_or(self.0.len());
        if place > PLACE_MASK as usize {
            return None;
        }
        if place == self.0.len() {
            self.0.push((0, None));
        }
        let (generation, slot) = self.0.get_mut(place)?;
        *slot = Some(value);
        Some(*generation << PLACE_BITS | place as u32)
    }

    pub(super) fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        let (generation, slot) = self.0.get_mut((handle & PLACE_MASK) as usize)?;
        if *generation == handle >> PLACE_BITS { slot.as_mut() } else { None }
    }

    pub(super) fn get(&self, handle: u32) -> Option<&T> {
        let (generation, slot) = self.0.get((handle & PLACE_MASK) as usize)?;
        if *generation == handle >> PLACE_BITS { slot.as_ref() } else { None }
    }

    /// Takes it out; its handle stands for nothing from now on.
    pub(super) fn remove(&mut self, handle: u32) -> Option<T> {
        let (generation, slot) = self.0.get_mut((handle & PLACE_MASK) as usize)?;
        if *generation != handle >> PLACE_BITS {
            return None;
        }
        *generation = (*generation + 1) & GENERATION_MASK;
        slot.take()
    }
}
