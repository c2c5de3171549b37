//! Stacked bars, drawn as SVG. Lengths are whole numbers or parts of the width, so that the drawing fills its column while its
//! words keep their size; colours come from the stylesheet by class.

use std::fmt::Write as _;

use maud::{Markup, html};
use time::{Duration, OffsetDateTime};

use crate::numbers::short;

/// How high the bars may be, in pixels.
const HEIGHT: u128 = 200;

/// Above the highest bar, so that the topmost word has room.
const ABOVE: u128 = 10;

/// Below the bars: the words of their axis.
const BELOW: u128 = 26;

/// Pixels are counted in quarters.
const FINE: u128 = 4;

/// How many lines there are above the lowest, about.
const LINES: u64 = 4;

/// What the bars are made of, from the bottom.
pub(crate) struct Series<'a> {
    /// Names its colour.
    pub(crate) class: &'a str,
    pub(crate) words: &'a str,
}

/// A bar.
pub(crate) struct Bar {
    /// What is said where somebody points to it.
    pub(crate) told: String,
    /// What stands below it on the axis.
    pub(crate) mark: Option<String>,
    /// How much of each series.
    pub(crate) parts: Vec<u64>,
}

/// A drawing.
pub(crate) struct Chart<'a> {
    /// What it shows, for those who do not see it.
    pub(crate) title: &'a str,
    pub(crate) series: &'a [Series<'a>],
    pub(crate) bars: &'a [Bar],
    /// The times of its bars, where the script says them anew in the reader's zone.
    pub(crate) times: Option<Times>,
}

/// When bars begin.
pub(crate) struct Times {
    /// Which times have a mark: a rule of the script's.
    pub(crate) marks: &'static str,
    /// The beginning of the first bar.
    pub(crate) first: OffsetDateTime,
    /// How long each is.
    pub(crate) step: Duration,
}

impl Chart<'_> {
    pub(crate) fn draw(&self) -> Markup {
        let most = self.bars.iter().map(Bar::total).max().unwrap_or(0);
        let step = step(most);
        let count = most.div_ceil(step).max(1);
        let top = step.saturating_mul(count);
        let height = ABOVE + HEIGHT + BELOW;
        let width = self.bars.len() * 10;
        html! {
            div.chart {
                svg.scale width="44" height=(height) aria-hidden="true" {
                    @for line in 0..=count {
                        text x="36" y=(level(line, count) + 4) text-anchor="end" { (short(line.saturating_mul(step))) }
                    }
                }
                @let times = self.times.as_ref();
                svg.plot width="100%" height=(height) role="img" aria-label=(self.title)
                    data-marks=[times.map(|times| times.marks)] data-count=[times.map(|_| self.bars.len())]
                    data-first=[times.map(|times| times.first.unix_timestamp())]
                    data-step=[times.map(|times| times.step.whole_seconds())] {
                    @for line in 0..=count {
                        @let y = level(line, count);
                        line x1="0" x2="100%" y1=(y) y2=(y) {}
                    }
                    svg y=(ABOVE) width="100%" height=(HEIGHT) viewBox=(format!("0 0 {width} {}", HEIGHT * FINE))
                        preserveAspectRatio="none" {
                        @for (at, series) in self.series.iter().enumerate() {
                            path class=(series.class) d=(self.path(at, top)) {}
                        }
                        g.points {
                            @for (at, bar) in self.bars.iter().enumerate().filter(|(_, bar)| bar.total() > 0) {
                                rect x=(at * 10) { title { (bar.told) } }
                            }
                        }
                    }
                    (self.marks(height - 6))
                }
            }
        }
    }

    /// All parts of a series as one path: a rectangle for each bar.
    fn path(&self, series: usize, top: u64) -> String {
        let mut path = String::new();
        for (at, bar) in self.bars.iter().enumerate() {
            let below: u128 = bar.parts.iter().take(series).map(|part| length(*part, top)).sum();
            let long = bar.parts.get(series).map_or(0, |part| length(*part, top));
            if long > 0 {
                let from = (HEIGHT * FINE).saturating_sub(below);
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {from}v-{long}h8v{long}z", at * 10 + 1);
            }
        }
        path
    }

    fn marks(&self, y: u128) -> Markup {
        let marked = self.bars.iter().enumerate().filter_map(|(at, bar)| Some((at, bar.mark.as_ref()?)));
        html! {
            @for (order, (at, mark)) in marked.enumerate() {
                @let thousandths = (at * 2 + 1) * 500 / self.bars.len();
                @let anchor = match thousandths { ..=30 => "start", 970.. => "end", _ => "middle" };
                text class=[(order % 2 == 1).then_some("second")] y=(y) text-anchor=(anchor)
                    x=(format!("{}.{}%", thousandths / 10, thousandths % 10)) { (mark) }
            }
        }
    }
}

impl Bar {
    fn total(&self) -> u64 {
        self.parts.iter().sum()
    }
}

/// What the colours mean.
pub(crate) fn legend(series: &[Series]) -> Markup {
    html! {
        ul.legend {
            @for one in series {
                li {
                    svg width="10" height="10" aria-hidden="true" { rect class=(one.class) width="10" height="10" rx="2" {} }
                    (one.words)
                }
            }
        }
    }
}

/// Where a line is, in pixels from the top.
fn level(line: u64, count: u64) -> u128 {
    let up = HEIGHT * u128::from(line) / u128::from(count.max(1));
    ABOVE + HEIGHT - up
}

/// How long a part is, in tenths of a pixel; what is there can be seen.
fn length(part: u64, top: u64) -> u128 {
    match part {
        0 => 0,
        part => (u128::from(part) * HEIGHT * FINE / u128::from(top.max(1))).max(FINE),
    }
}

/// The distance of two lines: 1, 2 or 5, and zeroes.
fn step(most: u64) -> u64 {
    let least = most.div_ceil(LINES).max(1);
    let mut power = 1_u64;
    loop {
        for digit in [1, 2, 5] {
            let step = power.saturating_mul(digit);
            if step >= least {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [Series; 2] = [Series { class: "ok", words: "OK" }, Series { class: "bad", words: "Not" }];

    fn bar(parts: [u64; 2]) -> Bar {
        Bar { told: format!("{parts:?}"), mark: None, parts: parts.to_vec() }
    }

    #[test]
    fn lines_are_at_round_numbers() {
        for (most, expect) in [(0, 1), (1, 1), (4, 1), (5, 2), (17, 5), (100, 50), (1_234, 500)] {
            assert_eq!(step(most), expect, "{most}");
        }
    }

    #[test]
    fn a_bar_is_as_long_as_it_is_much() {
        let bars = [bar([100, 0]), bar([50, 25]), bar([0, 0])];
        let chart = Chart { title: "Requests", series: &SERIES, bars: &bars, times: None };
        assert_eq!(chart.path(0, 100), "M1 800v-800h8v800zM11 800v-400h8v400z");
        assert_eq!(chart.path(1, 100), "M11 400v-200h8v200z");
    }

    #[test]
    fn what_is_little_is_seen_all_the_same() {
        let bars = [bar([1_000_000, 1])];
        let chart = Chart { title: "Requests", series: &SERIES, bars: &bars, times: None };
        assert_eq!(chart.path(1, 1_000_000), "M1 0v-4h8v4z");
    }
}
