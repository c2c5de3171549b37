/// What number words are worth. Below a hundred they add up, a hundred multiplies, and scales multiply what is before them.
pub(super) fn small(lower: &str) -> Option<u64> {
    if !SMALL_SHAPES.may_have(lower) {
        return None;
    }
    SMALL.iter().find(|(_, words)| words.contains(&lower)).map(|(value, _)| *value)
}

/// What a scale multiplies with: `k`, `million`, `lakh`, `Tsd`.
pub(super) fn scale(lower: &str) -> Option<u64> {
    if !SCALE_SHAPES.may_have(lower) {
        return None;
    }
    SCALES.iter().find(|(_, words)| words.contains(&lower)).map(|(value, _)| *value)
}

/// `TEUR`, `kNOK`, `MSEK`: how many of which currency.
pub(super) fn thousands_of(lower: &str) -> Option<(u64, &'static str)> {
    const CODES: &[&str] = &["EUR", "CHF", "USD", "GBP", "NOK", "SEK", "DKK", "PLN", "CZK"];
    let mut chars = lower.chars();
    let scale = match chars.next()? {
        't' | 'k' => 1_000,
        'm' => 1_000_000,
        _ => return None,
    };
    let code = chars.as_str();
    CODES.iter().find(|known| known.eq_ignore_ascii_case(code)).map(|code| (scale, *code))
}

/// A compound of German or Dutch: `achtzigtausend`.
pub(super) fn compound(lower: &str) -> Option<u64> {
    let head = ["tausend", "duizend", "mila"].iter().find_map(|scale| lower.strip_suffix(scale))?;
    if head.is_empty() {
        return None;
    }
    if lower.ends_with("mila") {
        return small(head).or_else(|| italian(head)).and_then(|value| value.checked_mul(1000));
    }
    small(head)
        .or_else(|| two_digits(head))
        .or_else(|| hundreds(head))
        .and_then(|value| value.checked_mul(1000))
}

fn hundreds(word: &str) -> Option<u64> {
    let (head, tail) = word.split_once("hundert").or_else(|| word.split_once("honderd"))?;
    let head = if head.is_empty() { 1 } else { small(head)? };
    let tail = if tail.is_empty() { 0 } else { small(tail).or_else(|| two_digits(tail))? };
    Some(head * 100 + tail)
}

/// `trentacinque`, `ventotto`: the ten loses its vowel before another one.
fn italian(word: &str) -> Option<u64> {
    const TENS: [(&str, u64); 8] = [
        ("vent", 20),
        ("trent", 30),
        ("quarant", 40),
        ("cinquant", 50),
        ("sessant", 60),
        ("settant", 70),
        ("ottant", 80),
        ("novant", 90),
    ];
    let (ten, ones) =
        TENS.iter().find_map(|(ten, value)| word.strip_prefix(ten).map(|rest| (*value, rest)))?;
    let ones = ones.strip_prefix(['a', 'i']).unwrap_or(ones);
    small(ones).filter(|ones| *ones < 10).map(|ones| ten + ones)
}

/// `fünfundzwanzig`.
fn two_digits(word: &str) -> Option<u64> {
    let (ones, tens) = word.split_once("und").or_else(|| word.split_once("en"))?;
    Some(small(ones)? + small(tens)?)
}

/// Which shapes the words of a table have: every word of a text is looked for, and hardly any is there.
struct Shapes([u64; 512]);

static SMALL_SHAPES: Shapes = Shapes::of(SMALL);
static SCALE_SHAPES: Shapes = Shapes::of(SCALES);

impl Shapes {
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    const fn of(table: &[(u64, &[&str])]) -> Self {
        let mut shapes = [0; 512];
        let mut row = 0;
        while row < table.len() {
            let words = table[row].1;
            let mut at = 0;
            while at < words.len() {
                let shape = Self::shape(words[at].as_bytes());
                shapes[shape / 64] |= 1 << (shape % 64);
                at += 1;
            }
            row += 1;
        }
        Self(shapes)
    }

    /// The low bits of the first two bytes and of the length.
    const fn shape(word: &[u8]) -> usize {
        let [first, second] = match word {
            [first, second, ..] => [*first, *second],
            [first] => [*first, 0],
            [] => [0, 0],
        };
        (first as usize & 31) << 10 | (second as usize & 31) << 5 | word.len() & 31
    }

    fn may_have(&self, lower: &str) -> bool {
        let shape = Self::shape(lower.as_bytes());
        self.0.get(shape / 64).is_some_and(|bits| bits & 1 << (shape % 64) != 0)
    }
}

const SMALL: &[(u64, &[&str])] = &[
    (1, &["one", "ein", "eins"]),
    (2, &["two", "zwei", "deux", "dos", "due", "dois", "twee"]),
    (3, &["three", "drei", "trois", "tres", "tre", "três", "drie"]),
    (4, &["four", "vier", "quatre", "cuatro", "quattro", "quatro"]),
    (5, &["five", "fünf", "cinq", "cinco", "cinque", "vijf"]),
    (6, &["six", "sechs", "seis", "sei", "zes"]),
    (7, &["seven", "sieben", "sept", "siete", "sette", "sete", "zeven"]),
    (8, &["eight", "acht", "huit", "ocho", "otto", "oito"]),
    (9, &["nine", "neun", "neuf", "nueve", "nove", "negen"]),
    (10, &["ten", "zehn", "dix", "diez", "dieci", "dez", "tien"]),
    (11, &["eleven", "elf", "onze", "once", "undici"]),
    (12, &["twelve", "zwölf", "douze", "doce", "dodici", "doze", "twaalf"]),
    (13, &["thirteen", "dreizehn", "treize", "trece", "tredici", "treze", "dertien"]),
    (14, &["fourteen", "vierzehn", "quatorze", "catorce", "quattordici", "catorze", "veertien"]),
    (15, &["fifteen", "fünfzehn", "quinze", "quince", "quindici", "vijftien"]),
    (16, &["sixteen", "sechzehn", "seize", "dieciséis", "sedici", "dezesseis", "zestien"]),
    (17, &["seventeen", "siebzehn", "diecisiete", "diciassette", "zeventien"]),
    (18, &["eighteen", "achtzehn", "dieciocho", "diciotto", "dezoito", "achttien"]),
    (19, &["nineteen", "neunzehn", "diecinueve", "diciannove", "negentien"]),
    (20, &["twenty", "zwanzig", "vingt", "vingts", "veinte", "venti", "vinte", "twintig"]),
    (21, &["veintiuno", "veintiún"]),
    (22, &["veintidós"]),
    (23, &["veintitrés"]),
    (24, &["veinticuatro"]),
    (25, &["veinticinco", "venticinque"]),
    (26, &["veintiséis"]),
    (27, &["veintisiete"]),
    (28, &["veintiocho"]),
    (29, &["veintinueve"]),
    (30, &["thirty", "dreißig", "dreissig", "trente", "treinta", "trenta", "trinta", "dertig"]),
    (40, &["forty", "fourty", "vierzig", "quarante", "cuarenta", "quaranta", "quarenta", "veertig"]),
    (50, &["fifty", "fünfzig", "cinquante", "cincuenta", "cinquanta", "cinquenta", "vijftig"]),
    (60, &["sixty", "sechzig", "soixante", "sesenta", "sessanta", "sessenta", "zestig"]),
    (70, &["seventy", "siebzig", "setenta", "settanta", "zeventig"]),
    (80, &["eighty", "achtzig", "ochenta", "ottanta", "oitenta", "tachtig"]),
    (90, &["ninety", "neunzig", "noventa", "novanta", "negentig"]),
];

const SCALES: &[(u64, &[&str])] = &[
    (100, &["hundred", "hundert", "cent", "cents", "cien", "ciento", "cento", "honderd"]),
    (
        1_000,
        &[
            "k",
            "thousand",
            "thousands",
            "thou",
            "grand",
            "tsd",
            "t",
            "tausend",
            "mille",
            "mil",
            "mila",
            "duizend",
            "tusen",
            "tys",
            "ths",
        ],
    ),
    (100_000, &["lakh", "lakhs", "lac", "lacs"]),
    (
        1_000_000,
        &[
            "m",
            "mm",
            "mn",
            "mln",
            "mio",
            "million",
            "millions",
            "millionen",
            "milion",
            "millón",
            "millones",
            "milione",
            "milioni",
            "milhão",
            "milhões",
            "miljoen",
            "miljon",
            "miljoner",
            "millioner",
        ],
    ),
    (10_000_000, &["crore", "crores", "cr"]),
    (1_000_000_000, &["bn", "billion", "milliarde", "milliarden", "milliard", "milliards"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_are_taken_apart() {
        assert_eq!(compound("achtzigtausend"), Some(80_000));
        assert_eq!(compound("fünfundzwanzigtausend"), Some(25_000));
        assert_eq!(compound("zweihundertfünfzigtausend"), Some(250_000));
        assert_eq!(compound("tausend"), None);
        assert_eq!(compound("xtausend"), None);
    }
}
