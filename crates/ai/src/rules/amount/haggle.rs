use crate::rules::text::Token;

/// Whether the other side names a price of its own, or refuses ours.
pub(super) fn haggles(tokens: &[Token<'_>]) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "countered", "counters", "counter-offer", "counteroffer", "gegenangebot", "contre-offre", "contraoferta",
        "controfferta", "tegenbod",
    ];
    const OWN: &[&str] = &["his", "her", "their", "'s"];
    const SIDES: &[&str] = &["target", "counter", "offer", "idea", "number", "figure", "limit", "ceiling"];
    const HIGH: &[&str] =
        &["high", "expensive", "steep", "dear", "pricey", "teuer", "hoch", "cher", "élevé", "caro", "duur"];
    let too = |word: &Token<'_>| word.is_any(&["too", "zu", "trop", "demasiado", "troppo", "te"]);
    tokens.iter().any(|token| token.is_any(WORDS))
        || tokens.windows(2).any(|pair| {
            matches!(pair, [first, second] if first.is_any(OWN) && second.is_any(SIDES) || too(first) && second.is_any(HIGH))
        })
}
