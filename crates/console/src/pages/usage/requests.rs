//! The requests, drawn and as a table.

use leadkeep_service::{Counts, Period, Step};
use maud::{Markup, html};
use time::Duration;

use super::{View, nothing, steps, words};
use crate::{
    chart::{Bar, Chart, Series, Times, legend},
    numbers::{grouped, many},
    spark::unwanted,
    when::hour,
};

/// How requests end, from the bottom of each bar: as wanted first.
pub(super) const OUTCOMES: [Series; 4] = [
    Series { class: "ok", words: "OK" },
    Series { class: "limited", words: "Over a limit (429)" },
    Series { class: "unauthorized", words: "Unauthorized (401)" },
    Series { class: "error", words: "Other errors" },
];

pub(super) const fn parts(counts: &Counts) -> [u64; 4] {
    [counts.ok, counts.limited, counts.unauthorized, counts.error]
}

pub(super) fn requests(view: &View) -> Markup {
    let total = view.total();
    html! {
        (figures(&total))
        @if total.total() == 0 { (nothing(view)) } @else { (drawing(view)) (table(view)) }
    }
}

fn figures(total: &Counts) -> Markup {
    html! {
        dl.figures {
            div { dt { "Requests" } dd { (grouped(total.total())) } }
            @for (series, count) in OUTCOMES.iter().zip(parts(total)) {
                div { dt { (series.words) } dd { (grouped(count)) } }
            }
        }
    }
}

fn drawing(view: &View) -> Markup {
    let title = format!("Requests in the last {}, for each {}", words(view.period), steps::unit(view.period));
    let count = view.steps.len();
    let bars: Vec<Bar> =
        view.steps.iter().enumerate().map(|(at, step)| bar(view, step, count - at)).collect();
    html! {
        figure {
            figcaption { "Requests for each " (steps::unit(view.period)) ", " (zone(view)) }
            (Chart { title: &title, series: &OUTCOMES, bars: &bars, times: times(view) }.draw())
            (legend(&OUTCOMES))
        }
    }
}

/// The times of the steps, where they are not those of UTC's own days.
fn times(view: &View) -> Option<Times> {
    let (marks, step) = match view.period {
        Period::Hour => ("hour", Duration::MINUTE),
        Period::Day => ("day", Duration::HOUR),
        Period::Week => ("week", Duration::HOUR),
        Period::Month | Period::Year => return None,
    };
    view.steps.first().map(|first| Times { marks, first: first.begin, step })
}

/// In which zone the steps are told. Days and months are UTC's own.
fn zone(view: &View) -> Markup {
    let is_moved = times(view).is_some();
    html! { "in " span data-zone[is_moved] { "UTC" } }
}

fn bar(view: &View, step: &Step, before_last: usize) -> Bar {
    let (name, all) = (steps::name(view.period, step.begin), many(step.counts.total(), "request"));
    let told = format!("{name}: {all}{}", unwanted(&step.counts));
    Bar { told, mark: steps::mark(view.period, step.begin, before_last), parts: parts(&step.counts).to_vec() }
}

/// The same numbers; steps without requests would be rows of zeroes.
fn table(view: &View) -> Markup {
    let unit = steps::unit(view.period);
    html! {
        details.numbers {
            summary { "The same as a table" }
            table.counts.steps {
                thead {
                    tr {
                        th scope="col" { (crate::words::capital(unit)) ", " (zone(view)) }
                        th scope="col" { "All" }
                        @for series in &OUTCOMES { th scope="col" { (series.words) } }
                    }
                }
                tbody data-form="day-hour" {
                    @for step in view.steps.iter().rev().filter(|step| step.counts.total() > 0) {
                        (row(view, step))
                    }
                }
            }
            p.fine { "Newest first; each " (unit) " that is not here had no requests." }
        }
    }
}

/// There are many: where the table is cards, the stylesheet has the words before its numbers.
fn row(view: &View, step: &Step) -> Markup {
    let name = steps::name(view.period, step.begin);
    html! {
        tr {
            td { @if times(view).is_some() { (hour(step.begin, &name)) } @else { (name) } }
            td { (grouped(step.counts.total())) }
            @for count in parts(&step.counts) { td { (grouped(count)) } }
        }
    }
}
