use time::{Month, Weekday};

/// The month that a word names.
pub(super) fn month(lower: &str) -> Option<Month> {
    let number = MONTHS.iter().position(|names| names.contains(&lower))?;
    Month::try_from(u8::try_from(number + 1).ok()?).ok()
}

/// The weekday that a word names.
pub(super) fn weekday(lower: &str) -> Option<Weekday> {
    let number = WEEKDAYS.iter().position(|names| names.contains(&lower))?;
    let mut day = Weekday::Monday;
    for _ in 0..number {
        day = day.next();
    }
    Some(day)
}

/// How many `two` are.
pub(super) fn count(lower: &str) -> Option<i64> {
    let number = COUNTS.iter().position(|names| names.contains(&lower))?;
    i64::try_from(number + 1).ok()
}

const COUNTS: [&[&str]; 10] = [
    &["a", "one", "einer", "einem", "une", "un", "una", "um", "uma", "een", "en"],
    &["two", "zwei", "deux", "dos", "due", "duas", "dois", "twee", "to", "två"],
    &["three", "drei", "trois", "tres", "tre", "três", "drie"],
    &["four", "vier", "quatre", "cuatro", "quattro", "quatro", "fire", "fyra"],
    &["five", "fünf", "cinq", "cinco", "cinque", "vijf", "fem"],
    &["six", "sechs", "seis", "sei", "zes", "seks", "sex"],
    &["seven", "sieben", "sept", "siete", "sette", "sete", "zeven"],
    &["eight", "acht", "huit", "ocho", "otto", "oito", "åtte"],
    &["nine", "neun", "neuf", "nueve", "nove", "negen"],
    &["ten", "zehn", "dix", "diez", "dieci", "dez", "tien", "ti", "tio"],
];

/// `first`, `twelfth`, `twenty-seventh` without its twenty.
pub(super) fn ordinal(lower: &str) -> Option<u8> {
    let number = ORDINALS.iter().position(|names| names.contains(&lower))?;
    u8::try_from(number + 1).ok()
}

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari", "stycznia"],
    &["february", "feb", "februar", "février", "febrero", "febbraio", "fevereiro", "februari", "lutego"],
    &["march", "mar", "märz", "mars", "marzo", "março", "maart", "marca"],
    &["april", "apr", "avril", "abril", "aprile", "kwietnia"],
    &["may", "mai", "mayo", "maggio", "maio", "mei", "maj", "maja"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "junho", "czerwca"],
    &["july", "jul", "juli", "juillet", "julio", "luglio", "julho", "lipca"],
    &["august", "aug", "août", "agosto", "augustus", "augusti", "sierpnia"],
    &[
        "september",
        "sept",
        "sep",
        "septembre",
        "septiembre",
        "settembre",
        "setembro",
        "setiembre",
        "września",
    ],
    &[
        "october",
        "oct",
        "okt",
        "oktober",
        "octobre",
        "octubre",
        "ottobre",
        "outubro",
        "ottobre",
        "października",
    ],
    &["november", "nov", "novembre", "noviembre", "novembro", "listopada"],
    &[
        "december",
        "dec",
        "dez",
        "dezember",
        "décembre",
        "diciembre",
        "dicembre",
        "dezembro",
        "desember",
        "grudnia",
    ],
];

const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mon", "montag", "lundi", "lunes", "lunedì", "maandag", "mandag", "måndag", "segunda"],
    &[
        "tuesday", "tue", "tues", "dienstag", "mardi", "martes", "martedì", "dinsdag", "tirsdag", "tisdag",
        "terça",
    ],
    &[
        "wednesday",
        "wed",
        "mittwoch",
        "mercredi",
        "miércoles",
        "mercoledì",
        "woensdag",
        "onsdag",
        "quarta",
        "weds",
    ],
    &[
        "thursday",
        "thu",
        "thurs",
        "donnerstag",
        "jeudi",
        "jueves",
        "giovedì",
        "donderdag",
        "torsdag",
        "quinta",
        "thur",
    ],
    &["friday", "fri", "freitag", "vendredi", "viernes", "venerdì", "vrijdag", "fredag", "sexta"],
    &["saturday", "samstag", "samedi", "sábado", "sabato", "zaterdag", "lørdag", "lördag"],
    &["sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag", "søndag", "söndag"],
];

const ORDINALS: [&[&str]; 31] = [
    &["first", "1er", "premier", "primero", "primo"],
    &["second"],
    &["third"],
    &["fourth"],
    &["fifth"],
    &["sixth"],
    &["seventh"],
    &["eighth"],
    &["ninth"],
    &["tenth"],
    &["eleventh"],
    &["twelfth"],
    &["thirteenth"],
    &["fourteenth"],
    &["fifteenth"],
    &["sixteenth"],
    &["seventeenth"],
    &["eighteenth"],
    &["nineteenth"],
    &["twentieth"],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &["thirtieth"],
    &[],
];

/// Words for the last day of what follows.
pub(super) const END: &[&str] = &[
    "end",
    "ende",
    "fin",
    "finales",
    "finale",
    "ultimo",
    "último",
    "utgangen",
    "utgången",
    "finals",
    "final",
    "fine",
    "eind",
    "einde",
    "slutten",
    "slutet",
    "eom",
    "last",
    "close",
    "late-end",
    "fins",
    "fim",
];
/// Words for the 15th of what follows.
pub(super) const MID: &[&str] =
    &["mid", "middle", "mitte", "mi", "mediados", "metà", "meados", "medio", "midden", "midt", "mitten"];
/// Words between them.
pub(super) const OF: &[&str] = &[
    "of", "the", "-", "de", "des", "du", "d'", "del", "di", "von", "vom", "van", "a", "av", "i", "le", "la",
    "l'", "day", "this", "our", "diesem", "dieses", "ce", "este", "questo", "do", "in", "'", "am", "letzter",
    "tag", "current", "calendar", "il",
];
