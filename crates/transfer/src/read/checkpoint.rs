/// A place behind a record, or the file's beginning: where another reader can go on.
///
/// It is never between the two bytes of a line end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    /// How many bytes of the file are before it.
    pub offset: u64,
    /// How many rows are before it, the header's and blank ones counted.
    pub row: u64,
}

impl Checkpoint {
    /// The file's beginning.
    pub const START: Self = Self { offset: 0, row: 0 };

    /// Takes bytes from the input.
    pub(super) fn take<'i>(&mut self, input: &mut &'i [u8], count: usize) -> &'i [u8] {
        let (taken, left) = input.split_at_checked(count).unwrap_or((input, &[]));
        *input = left;
        self.offset += taken.len() as u64;
        taken
    }
}
