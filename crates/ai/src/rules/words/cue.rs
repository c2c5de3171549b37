/// What a word or phrase tells of the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cue {
    /// Not, never.
    Negated,
    /// Maybe, would, could: nothing is settled.
    Unsure,
    /// If, unless: what follows holds only then.
    Condition,
    /// It was so once.
    Past,
    /// It will be so, perhaps.
    Future,
    /// A wish: no more than the words it hides (`would like`).
    Wish,
    /// "Not sure I got that": what was said just before is not to be relied on.
    Unknown,
    /// Somebody who sells what we sell.
    Rival,
    /// Another deal, another customer.
    OtherDeal,
    /// Budget, price, total: what this deal costs.
    Price,
    /// Approved, accepted, set aside.
    Agreed,
    /// Our offer, the quote.
    Offer,
    /// Revenue, rent, fees: money, but not of this deal.
    OtherMoney,
    /// Up to, at least.
    Bound,
    /// Between, from … to.
    Range,
    /// Now, final, in total: this amount or date rather than another one.
    Final,
    /// Rather than, instead of: not the amount or date that follows.
    Instead,
    /// Went up, pushed: from one amount or date to another.
    Moved,
    /// Sign, close, order.
    Closing,
    /// Demo, go-live, delivery: a date, but not the expected close.
    Event,
    /// Cell, number, call.
    Phone,
    /// Mail, address.
    Mail,
    /// Website, homepage.
    Site,
    /// Fax, switchboard, old number.
    WrongLine,
    /// Best, prefers: this number or address rather than another one.
    Preferred,
    /// Title, role, position.
    TitleLabel,
    /// Is, became, was made.
    Becomes,
    /// Moved to, joined.
    Joins,
    /// At, for: a company follows a title.
    At,
    /// Is called, renamed.
    Renamed,
    /// Company, employer, firm.
    Company,
    /// His full name is.
    NameLabel,
    /// Wife, colleague, successor.
    Relation,
    /// Said, thinks, wants: what people do.
    Speaks,
    /// I, we, our.
    Us,
    /// He, she, his, her.
    Third,
    /// They, their: the lead's side.
    They,
    /// An honorific.
    Honorific,
    /// Words to or about the machine that reads.
    Machine,
}

impl Cue {
    const fn bit(self) -> u64 {
        1 << self as u8
    }
}

/// Several cues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cues(u64);

impl Cues {
    /// None.
    pub(crate) const NONE: Self = Self(0);

    /// These.
    pub(crate) const fn of(cues: &[Cue]) -> Self {
        let mut bits = 0;
        let mut rest = cues;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// Adds one.
    pub(crate) fn add(&mut self, cue: Cue) {
        self.0 |= cue.bit();
    }

    /// Both together.
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this one is among them.
    pub(crate) const fn has(self, cue: Cue) -> bool {
        self.0 & cue.bit() != 0
    }

    /// Whether any of those is among them.
    pub(crate) const fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}
