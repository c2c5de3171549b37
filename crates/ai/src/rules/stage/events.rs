//! What happens to papers, as data.

use leadkeep_domain::DealStage::{self, Lost, Proposal, Won};

/// Nouns, and what is said of them when the deal is at a stage.
pub(super) struct Event {
    pub(super) stage: DealStage,
    pub(super) nouns: &'static [&'static str],
    /// Words or phrases.
    pub(super) done: &'static [&'static str],
    /// Words before the noun that make it another one.
    pub(super) not_behind: &'static [&'static str],
    /// Words behind the noun that make it another one.
    pub(super) not_before: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    Event {
        stage: Proposal,
        nouns: &[
            "proposal", "quote", "quotation", "offer", "bid", "estimate", "angebot", "offerte", "kostenvoranschlag", "devis",
            "proposition", "offre", "propuesta", "oferta", "cotización", "proposta", "offerta", "preventivo", "cotação", "voorstel",
            "tilbud", "tilbudet", "offert", "offerten",
        ],
        done: &[
            "sent", "emailed", "e-mailed", "mailed", "forwarded", "submitted", "delivered", "presented", "issued", "dispatched",
            "posted", "couriered", "handed over", "handed in", "went out", "went over", "went off", "gone out", "gone over", "gone off",
            "is out", "'s out", "is with", "'s with", "is in his inbox", "is in her inbox", "is in their inbox", "landed in his inbox",
            "landed in her inbox", "left the building", "verschickt", "geschickt", "gesendet", "versendet", "versandt", "abgegeben",
            "übermittelt", "zugeschickt", "zugesandt", "abgeschickt", "rausgeschickt", "rausgegangen", "raus", "übergeben",
            "unterbreitet", "eingereicht", "gemailt", "zugestellt", "envoyé", "envoyée", "transmis", "transmise", "remis", "remise",
            "soumis", "soumise", "adressé", "adressée", "est parti", "est partie", "enviado", "enviada", "envié", "enviamos",
            "mandado", "mandada", "mandé", "mandamos", "entregado", "entregada", "remitido", "remitida", "inviato", "inviata",
            "mandato", "mandata", "spedito", "spedita", "trasmesso", "trasmessa", "consegnata", "enviei", "enviámos", "mandei",
            "entregue", "seguiu", "verstuurd", "verzonden", "gestuurd", "opgestuurd", "ingediend", "gemaild", "sendt", "oversendt",
            "skickat", "skickad", "skickats",
        ],
        not_behind: &["his", "her", "their", "another", "other", "'s", "rival", "job", "cheaper", "sein", "ihr", "son", "su", "sua", "suo"],
        not_before: &["back", "for"],
    },
    Event {
        stage: Won,
        nouns: &[
            "contract", "agreement", "paperwork", "papers", "order", "po", "deal", "sow", "form", "vertrag", "vereinbarung", "auftrag",
            "auftragsbestätigung", "bestellung", "contrat", "commande", "devis", "contrato", "pedido", "contratto", "ordine",
            "overeenkomst", "opdracht", "avtal", "avtalet", "kontrakt", "kontrakten", "ordren",
        ],
        done: &[
            "signed", "countersigned", "fully executed", "been executed", "is executed", "inked", "unterschrieben", "unterschriebene",
            "unterschriebenen", "unterschriebener", "unterzeichnet", "unterzeichnete", "unterzeichneten", "gegengezeichnet", "signé",
            "signée", "contresigné", "firmado", "firmada", "firmato", "firmata", "controfirmato", "assinado", "assinada", "getekend",
            "getekende", "ondertekend", "ondertekende", "signert", "underskrevet", "påskrivet", "undertecknat", "signerat",
        ],
        not_behind: &[
            "confidentiality", "disclosure", "nda", "loan", "lease", "rental", "employment", "pilot", "trial", "draft", "old", "a",
            "an", "ein", "einen", "un", "una", "um", "een", "previous", "last", "framework", "maintenance", "separate",
        ],
        not_before: &["with", "between"],
    },
    Event {
        stage: Won,
        nouns: &[
            "order", "po", "bestellung", "auftrag", "commande", "pedido", "ordine", "encomenda", "bestelling", "opdracht", "ordren",
        ],
        done: &[
            "arrived", "landed", "received", "is in", "'s in", "came in", "came through", "is here", "'s here", "issued", "placed",
            "on my desk", "in my inbox", "in hand", "eingegangen", "erteilt", "ist da", "liegt vor", "reçue", "reçu", "passée",
            "est arrivé", "est arrivée", "recibido", "ha llegado", "ricevuto", "è arrivato", "recebida", "geplaatst", "ontvangen",
            "is binnen", "mottatt", "mottagen", "modtaget",
        ],
        not_behind: &["in", "last", "previous", "first", "another", "other", "test", "sample", "tall", "his", "her"],
        not_before: &["form", "number", "book", "confirmation", "to", "of", "from"],
    },
    Event {
        stage: Lost,
        nouns: &[
            "offer", "proposal", "quote", "quotation", "bid", "angebot", "offre", "devis", "oferta", "propuesta", "offerta",
            "proposta", "offerte", "voorstel", "tilbudet", "offerten",
        ],
        done: &[
            "turned down", "rejected", "declined", "refused", "abgelehnt", "ausgeschlagen", "refusé", "refusée", "décliné", "rechazado",
            "rechazada", "rechazó", "rechazaron", "rifiutato", "rifiutata", "recusou", "recusaram", "recusada", "afgewezen", "avslått",
            "afvist", "tackat nej",
        ],
        not_behind: &["first", "initial", "previous", "counter", "his", "her", "their", "old", "'s", "another", "job"],
        not_before: &["back", "to"],
    },
    Event {
        stage: Lost,
        nouns: &[
            "project", "deal", "purchase", "initiative", "trattativa", "progetto", "projet", "affaire", "proyecto", "projeto",
            "projekt", "project", "negócio", "negocio", "auftrag", "prosjektet", "projektet",
        ],
        done: &[
            "cancelled", "canceled", "dead", "killed", "axed", "scrapped", "dropped", "abandoned", "binned", "is off", "'s off",
            "is lost", "fell through", "annulé", "annulée", "abandonné", "abandonnée", "cancelado", "cancelada", "anulado",
            "annullato", "annullata", "cancellato", "abgesagt", "gestrichen", "gestorben", "eingestellt", "gecanceld",
            "geannuleerd", "afgeblazen", "perso", "persa", "perdu", "perdue", "perdido", "perdida", "verloren", "avlyst", "nedlagt",
        ],
        not_behind: &["another", "other", "side", "'s", "old", "last", "previous", "pilot", "big"],
        not_before: &[
            "manager", "budget", "price", "team", "lead", "plan", "scope", "name", "size", "leader", "office", "sponsor", "value",
        ],
    },
];
