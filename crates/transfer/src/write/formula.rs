use std::borrow::Cow;

/// A cell as it may stand in a file that a spreadsheet opens: one that it might run as a formula gets an apostrophe in front.
///
/// Such a cell begins with `=`, `+`, `-` or `@`, in full width too, or with a tab, a line end or a NUL, which are what [OWASP]
/// names. Spaces, quotes and apostrophes before that do not save it: programs drop the first, and a cell that has its
/// apostrophe already must come back with it. So whatever the cell, [`restore`] undoes exactly this.
///
/// [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if may_run(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What the cell was before it was [`neutralise`]d.
///
/// A cell of another program that looks neutralised loses its apostrophe too: there it has the same meaning.
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|behind| may_run(behind)).unwrap_or(cell)
}

fn may_run(cell: &str) -> bool {
    cell.chars().find(|&c| !is_passed_over(c)).is_some_and(begins_formula)
}

fn is_passed_over(c: char) -> bool {
    matches!(c, '\'' | '"') || (c.is_whitespace() && !begins_formula(c))
}

fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(cell: &str, expect: &str) {
        assert_eq!(neutralise(cell), expect);
        assert_eq!(restore(expect), cell);
    }

    #[test]
    fn what_begins_as_a_formula_gets_an_apostrophe() {
        for formula in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n1", "\0=1", "＝1", "＋1", "－1", "＠1", "="]
        {
            check(formula, &format!("'{formula}"));
        }
        check("a=1", "a=1");
        check("john@acme.com", "john@acme.com");
        check("", "");
    }

    #[test]
    fn spaces_and_quotes_hide_no_formula() {
        check("  =1", "'  =1");
        check("\u{a0}=1", "'\u{a0}=1");
        check("\"=1\"", "'\"=1\"");
        check(" \" '=1", "' \" '=1");
        check(" a=1", " a=1");
        check("  ", "  ");
    }

    #[test]
    fn an_apostrophe_that_was_there_stays() {
        check("'=1", "''=1");
        check("''=1", "'''=1");
        check("'tis", "'tis");
        check("''", "''");
    }

    #[test]
    fn what_another_program_neutralised_is_restored() {
        assert_eq!(restore("'+49 30 1234"), "+49 30 1234");
        assert_eq!(restore("=1"), "=1");
    }

    proptest! {
        #[test]
        fn restoring_undoes_neutralising(cell in "[-'\"=+@ \t\r\n\0＝a\u{a0}é]{0,8}|.*") {
            let neutral = neutralise(&cell);
            prop_assert_eq!(restore(&neutral), &cell);
            prop_assert!(neutral.starts_with('\'') || !neutral.starts_with(begins_formula));
        }
    }
}
