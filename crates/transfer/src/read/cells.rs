use crate::Fault;

/// The cells of a record as they are in the file, but without quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawCells<'r> {
    /// All cells, one right behind the other.
    pub(super) text: &'r [u8],
    /// Where each cell ends.
    pub(super) ends: &'r [usize],
}

impl<'r> RawCells<'r> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'r [u8]> {
        ranges(self.ends).map(move |(start, end)| self.text.get(start..end).unwrap_or_default())
    }

    /// The cells as text under the names of the columns.
    pub(super) fn under(self, names: &'r [String]) -> Result<Cells<'r>, Fault> {
        if self.ends.len() > names.len() {
            return Err(Fault::whole("has more cells than the header"));
        }
        match str::from_utf8(self.text) {
            // Two cells that are each cut in a character can make a text together: look at each end.
            Ok(text) if self.ends.iter().all(|&end| text.is_char_boundary(end)) => {
                Ok(Cells { names, text, ends: self.ends })
            }
            _ => Err(self.not_utf8(names)),
        }
    }

    fn not_utf8(self, names: &[String]) -> Fault {
        let column = self.iter().position(|cell| str::from_utf8(cell).is_err());
        Fault::of(column.and_then(|column| names.get(column)).map(String::as_str), "is not UTF-8")
    }
}

/// The cells of a record under the names of their columns. Borrows from the reader.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'r> {
    names: &'r [String],
    text: &'r str,
    ends: &'r [usize],
}

impl<'r> Cells<'r> {
    /// Each column's name and cell, in the header's order. Cells that the record lacks are empty.
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        let text = self.text;
        let present = ranges(self.ends).map(move |(start, end)| text.get(start..end).unwrap_or_default());
        let cells = present.chain(std::iter::repeat(""));
        self.names.iter().map(String::as_str).zip(cells)
    }
}

/// From where to where each cell goes.
fn ranges(ends: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    std::iter::once(0).chain(ends.iter().copied()).zip(ends.iter().copied())
}
