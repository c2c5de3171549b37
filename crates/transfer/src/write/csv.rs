use super::neutralise;

/// Writes CSV as RFC 4180 says, in UTF-8 without a byte order mark: lines end in `\r\n`, and cells are in quotes where they
/// need them.
///
/// Every cell is [`neutralise`]d, the header's names too. Every record has as many cells as the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvWriter {
    columns: Vec<String>,
}

impl CsvWriter {
    /// Writes these columns.
    pub fn new<C: AsRef<str>>(columns: impl IntoIterator<Item = C>) -> Self {
        Self { columns: columns.into_iter().map(|name| name.as_ref().to_owned()).collect() }
    }

    /// The first line.
    pub fn header(&self) -> Vec<u8> {
        let mut line = Vec::new();
        self.record(&self.columns, &mut line);
        line
    }

    /// Appends a line. Cells that are missing at its end are empty; those beyond the columns are left out.
    pub fn record<C: AsRef<str>>(&self, cells: impl IntoIterator<Item = C>, file: &mut Vec<u8>) {
        let mut cells = cells.into_iter();
        for column in 0..self.columns.len() {
            if column > 0 {
                file.push(b',');
            }
            let cell = cells.next();
            let cell = cell.as_ref().map_or("", AsRef::as_ref);
            // A line with nothing in it would be no record.
            let is_alone = self.columns.len() == 1;
            append(&neutralise(cell), is_alone && cell.is_empty(), file);
        }
        file.extend_from_slice(b"\r\n");
    }
}

fn append(cell: &str, in_quotes: bool, file: &mut Vec<u8>) {
    if !in_quotes && !cell.contains([',', '"', '\r', '\n']) {
        return file.extend_from_slice(cell.as_bytes());
    }
    file.push(b'"');
    for byte in cell.bytes() {
        if byte == b'"' {
            file.push(b'"');
        }
        file.push(byte);
    }
    file.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: &[&str], cells: &[&str], expect: &str) {
        let mut line = Vec::new();
        CsvWriter::new(columns).record(cells, &mut line);
        assert_eq!(String::from_utf8(line).unwrap(), expect);
    }

    #[test]
    fn cells_are_in_quotes_where_they_need_them() {
        let columns = ["a", "b", "c"];
        check(&columns, &["1", " x ", "é"], "1, x ,é\r\n");
        check(
            &columns,
            &["1,2", "say \"hi\"", "two\nlines"],
            "\"1,2\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n",
        );
        check(&columns, &["=1", "=1,2", "\r"], "'=1,\"'=1,2\",\"'\r\"\r\n");
    }

    #[test]
    fn a_record_has_as_many_cells_as_the_header() {
        check(&["a", "b", "c"], &["1"], "1,,\r\n");
        check(&["a", "b"], &["1", "2", "3"], "1,2\r\n");
        check(&["a"], &[""], "\"\"\r\n");
    }

    #[test]
    fn the_header_is_a_line_like_the_others() {
        let header = CsvWriter::new(["email", "custom.=1"]).header();
        assert_eq!(header, b"email,custom.=1\r\n");
        assert_eq!(CsvWriter::new(["=1", "a,b"]).header(), b"'=1,\"a,b\"\r\n");
    }
}
