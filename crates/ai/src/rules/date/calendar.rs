use time::{Date, Duration, Month, Weekday};

/// The last day of a month.
pub(super) fn month_end(year: i32, month: Month) -> Option<Date> {
    Date::from_calendar_date(year, month, month.length(year)).ok()
}

/// This day of the year, in the first year in which it is on or after `from`.
pub(super) fn next_day(month: Month, day: u8, from: Date) -> Option<Date> {
    // The 29th of February comes every four years, but not always.
    (from.year()..=from.year().saturating_add(8))
        .find_map(|year| Date::from_calendar_date(year, month, day).ok().filter(|date| *date >= from))
}

/// The next last day of this month on or after `from`.
pub(super) fn next_month_end(month: Month, from: Date) -> Option<Date> {
    month_end(from.year(), month)
        .filter(|end| *end >= from)
        .or_else(|| month_end(from.year().checked_add(1)?, month))
}

/// The last month of a quarter from 1 to 4.
pub(super) fn quarter_end(quarter: u8) -> Option<Month> {
    Month::try_from(quarter.checked_mul(3)?).ok()
}

/// The quarter that a day is in.
pub(super) fn quarter_of(date: Date) -> u8 {
    (u8::from(date.month()) - 1) / 3 + 1
}

/// The first such weekday after `from`.
pub(super) fn weekday_after(weekday: Weekday, from: Date) -> Option<Date> {
    let mut day = from.next_day()?;
    while day.weekday() != weekday {
        day = day.next_day()?;
    }
    Some(day)
}

/// "Next Friday": the first one after `from`, if that is the one in the week after this one as well.
pub(super) fn next_weekday(weekday: Weekday, from: Date) -> Option<Date> {
    let monday = from.checked_sub(Duration::days(i64::from(from.weekday().number_days_from_monday())))?;
    let next_week = monday.checked_add(Duration::days(7 + i64::from(weekday.number_days_from_monday())))?;
    weekday_after(weekday, from).filter(|day| *day == next_week)
}

/// This day of the month that is so many months later.
pub(super) fn day_of_month(day: u8, months: u8, from: Date) -> Option<Date> {
    let (mut year, mut month) = (from.year(), from.month());
    for _ in 0..months {
        year += i32::from(month == Month::December);
        month = month.next();
    }
    Date::from_calendar_date(year, month, day).ok()
}

/// The next such day of a month, on or after `from`.
pub(super) fn next_day_of_month(day: u8, from: Date) -> Option<Date> {
    (0..3).find_map(|months| day_of_month(day, months, from).filter(|date| *date >= from))
}

/// So many days later.
pub(super) fn days_after(days: i64, from: Date) -> Option<Date> {
    from.checked_add(Duration::days(days))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn next_friday_is_a_date_only_where_everybody_means_the_same() {
        assert_eq!(next_weekday(Weekday::Friday, date!(2025 - 11 - 21)), Some(date!(2025 - 11 - 28)));
        assert_eq!(next_weekday(Weekday::Tuesday, date!(2025 - 06 - 13)), Some(date!(2025 - 06 - 17)));
        assert_eq!(next_weekday(Weekday::Friday, date!(2025 - 11 - 18)), None);
    }

    #[test]
    fn days_without_a_year_are_the_next_ones() {
        assert_eq!(next_day(Month::February, 29, date!(2025 - 01 - 01)), Some(date!(2028 - 02 - 29)));
        assert_eq!(next_day(Month::February, 30, date!(2025 - 01 - 01)), None);
        assert_eq!(next_month_end(Month::June, date!(2025 - 06 - 30)), Some(date!(2025 - 06 - 30)));
        assert_eq!(next_month_end(Month::June, date!(2025 - 07 - 01)), Some(date!(2026 - 06 - 30)));
    }
}
