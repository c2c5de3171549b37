/// What a record may measure. A record beyond is passed over, and is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a cell, its quotes taken off.
    pub cell: usize,
    /// Bytes of a record: of all its cells together, or of a line of NDJSON without its end.
    pub record: usize,
    /// Columns of a header.
    pub columns: usize,
}

impl Limits {
    /// What imports are read with: cells of 64 KiB, records of 256 KiB, 200 columns.
    pub const STANDARD: Self = Self { cell: 64 * 1024, record: 256 * 1024, columns: 200 };
    /// How deep the arrays and objects of an NDJSON line may nest, the outermost object counted.
    pub const DEPTH: usize = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
