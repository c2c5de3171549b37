use leadkeep_domain::Currency;

use crate::rules::text::{Kind, Token};

/// What is written beside a number to say that it is money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// This currency.
    Code(&'static str),
    /// Any of these: the usual one where the lead has none of the others.
    OneOf(&'static [&'static str]),
}

impl Shown {
    /// The currency meant, where amounts that name none are in `usual`. None where it could be any of several.
    pub(crate) fn resolve(self, usual: Currency) -> Option<Currency> {
        match self {
            Self::Code(code) => Currency::parse(code).ok(),
            Self::OneOf(codes) if codes.contains(&usual.code()) => Some(usual),
            Self::OneOf(codes) => {
                codes.first().filter(|code| !code.is_empty()).and_then(|code| Currency::parse(code).ok())
            }
        }
    }
}

/// The currency that these tokens begin with, and how many they are.
pub(super) fn currency(tokens: &[Token<'_>]) -> Option<(usize, Shown)> {
    if let [country, dollar, ..] = tokens
        && dollar.is("$")
        && !dollar.spaced
        && let Some((_, code)) = DOLLARS.iter().find(|(names, _)| names.contains(&country.lower.as_ref()))
    {
        return Some((2, Shown::Code(code)));
    }
    // "R 275 000" are rands; a lower-case letter is none.
    if let [rand, number, ..] = tokens
        && rand.text == "R"
        && number.kind == Kind::Number
    {
        return Some((1, Shown::Code("ZAR")));
    }
    if let [first, second, ..] = tokens {
        let is_pair =
            |pair: &str| pair.split_once(' ').is_some_and(|(one, two)| first.is(one) && second.is(two));
        if let Some((_, shown)) = PAIRS.iter().find(|(pair, _)| is_pair(pair)) {
            return Some((2, *shown));
        }
    }
    let first = tokens.first()?;
    let by_name =
        NAMES.iter().find(|(names, _)| names.contains(&first.lower.as_ref())).map(|(_, shown)| *shown);
    by_name.or_else(|| code(first)).map(|shown| (1, shown))
}

/// Three capitals, or a code that is no word in any of the languages.
fn code(token: &Token<'_>) -> Option<Shown> {
    let code = CODES.iter().find(|code| token.kind == Kind::Word && token.text.eq_ignore_ascii_case(code))?;
    let is_word_too = matches!(*code, "ALL" | "TRY" | "CUP" | "TOP" | "MAD" | "RON");
    (!is_word_too || token.text == *code).then_some(Shown::Code(code))
}

const CODES: &[&str] = &[
    "USD", "EUR", "GBP", "CHF", "NOK", "SEK", "DKK", "PLN", "CAD", "AUD", "NZD", "SGD", "HKD", "JPY", "CNY",
    "INR", "ZAR", "BRL", "MXN", "CZK", "HUF", "RON", "BGN", "TRY", "ILS", "AED", "SAR", "QAR", "KWD", "EGP",
    "NGN", "KES", "GHS", "MAD", "THB", "MYR", "IDR", "PHP", "VND", "KRW", "TWD", "PKR", "LKR", "BDT", "NPR",
    "ISK", "UAH", "CLP", "COP", "ARS", "PEN", "RSD",
];

const DOLLARS: &[(&[&str], &str)] = &[
    (&["us", "u.s"], "USD"),
    (&["c", "ca", "can", "cad"], "CAD"),
    (&["a", "au", "aud"], "AUD"),
    (&["nz"], "NZD"),
    (&["s", "sg"], "SGD"),
    (&["hk"], "HKD"),
    (&["mx"], "MXN"),
    (&["r"], "BRL"),
    (&["nt"], "TWD"),
];

const PAIRS: &[(&str, Shown)] = &[
    ("us dollars", Shown::Code("USD")),
    ("us dollar", Shown::Code("USD")),
    ("american dollars", Shown::Code("USD")),
    ("canadian dollars", Shown::Code("CAD")),
    ("australian dollars", Shown::Code("AUD")),
    ("singapore dollars", Shown::Code("SGD")),
    ("pounds sterling", Shown::Code("GBP")),
    ("swiss francs", Shown::Code("CHF")),
    ("schweizer franken", Shown::Code("CHF")),
    ("francs suisses", Shown::Code("CHF")),
    ("norwegian kroner", Shown::Code("NOK")),
    ("danish kroner", Shown::Code("DKK")),
    ("swedish kronor", Shown::Code("SEK")),
    ("indian rupees", Shown::Code("INR")),
    ("mexican pesos", Shown::Code("MXN")),
    ("polish zloty", Shown::Code("PLN")),
];

const A_DOLLAR: Shown =
    Shown::OneOf(&["USD", "CAD", "AUD", "SGD", "MXN", "NZD", "HKD", "TWD", "CLP", "COP", "ARS"]);
const A_POUND: Shown = Shown::OneOf(&["GBP", "EGP"]);
const A_KRONE: Shown = Shown::OneOf(&["", "NOK", "DKK", "SEK", "ISK"]);
const A_FRANC: Shown = Shown::OneOf(&["", "CHF"]);

const NAMES: &[(&[&str], Shown)] = &[
    (&["$", "dollar", "dollars", "bucks", "dólares", "dollari", "dólar"], A_DOLLAR),
    (&["€", "euro", "euros", "eu"], Shown::Code("EUR")),
    (&["£", "pound", "pounds", "quid", "sterling", "pfund", "libras"], A_POUND),
    (&["₹", "rs", "rupee", "rupees"], Shown::OneOf(&["INR", "PKR", "LKR", "NPR"])),
    (&["¥", "yen"], Shown::OneOf(&["JPY", "CNY"])),
    (&["kr", "kroner", "krone", "kronor", "krona", "krónur", "kronen"], A_KRONE),
    (&["franken", "sfr", "fr", "francs", "franc"], A_FRANC),
    (&["zł", "zloty", "złoty", "zlotys", "złotych"], Shown::Code("PLN")),
    (&["rand"], Shown::Code("ZAR")),
    (&["r$", "reais", "real"], Shown::Code("BRL")),
    (&["₦", "naira", "nairas"], Shown::Code("NGN")),
    (&["forint", "forints"], Shown::Code("HUF")),
    (&["koruna", "koruny", "korun", "kč"], Shown::Code("CZK")),
    (&["lei"], Shown::Code("RON")),
    (&["hryvnia", "hryvnias"], Shown::Code("UAH")),
    (&["ringgit"], Shown::Code("MYR")),
    (&["baht"], Shown::Code("THB")),
    (&["riyal", "riyals"], Shown::OneOf(&["SAR", "QAR"])),
    (&["yuan", "renminbi", "rmb"], Shown::Code("CNY")),
    (&["rands"], Shown::Code("ZAR")),
    (&["₺", "lira"], Shown::Code("TRY")),
    (&["₪", "shekels"], Shown::Code("ILS")),
    (&["₩"], Shown::Code("KRW")),
    (&["dirhams", "dirham"], Shown::OneOf(&["AED", "MAD"])),
    (&["pesos", "peso"], Shown::OneOf(&["", "MXN", "CLP", "COP", "ARS", "PHP"])),
];
