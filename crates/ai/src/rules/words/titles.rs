/// Nouns that a job title has.
#[rustfmt::skip]
pub(crate) const HEADS: &[&str] = &[
    "manager", "director", "head", "vp", "svp", "evp", "avp", "president", "officer", "ceo", "cto", "cfo",
    "coo", "cio", "cmo", "cro", "ciso", "cpo", "chro", "cdo", "cso", "engineer", "lead", "leader", "partner",
    "principal", "owner", "founder", "co-founder", "cofounder", "coordinator", "analyst", "buyer",
    "administrator", "dean", "controller", "comptroller", "treasurer", "consultant", "architect",
    "specialist", "supervisor", "superintendent", "planner", "editor", "curator", "librarian", "registrar",
    "broker", "producer", "inspector", "foreman", "captain", "chairman", "chairwoman", "chair",
    "chairperson", "executive", "developer", "designer", "scientist", "strategist", "accountant", "bursar",
    "technician", "trainer", "chef", "teacher", "headteacher", "headmaster", "headmistress", "professor",
    "provost", "secretary", "assistant", "associate", "representative", "agent", "advisor", "adviser",
    "counsel", "auditor", "merchandiser", "purchaser", "researcher", "trader", "underwriter", "estimator",
    "surveyor", "dispatcher", "operator", "master", "commander", "chief", "md", "gm", "pm", "cofounder",
    "proprietor", "trustee", "steward", "warden", "ranger", "nurse", "doctor", "physician", "surgeon",
    "pharmacist", "veterinarian", "attorney", "lawyer", "solicitor", "conductor", "brewer", "winemaker",
    "miller", "distiller", "commissioner", "mayor", "evangelist", "recruiter", "generalist", "paralegal",
    "geologist", "chemist", "biologist", "agronomist", "economist", "actuary", "geschäftsführer",
    "geschäftsführerin", "leiter", "leiterin", "vorstand", "vorständin", "prokurist", "prokuristin",
    "einkäufer", "einkäuferin", "referent", "referentin", "sachbearbeiter", "sachbearbeiterin", "assistent",
    "assistentin", "inhaber", "inhaberin", "gesellschafter", "direktor", "direktorin", "ingenieur",
    "ingenieurin", "disponent", "disponentin", "koordinator", "koordinatorin", "beauftragter", "beauftragte",
    "meister", "meisterin", "gründer", "gründerin", "vorsitzender", "vorsitzende", "berater", "beraterin",
    "planer", "planerin", "managerin", "directeur", "directrice", "responsable", "gérant", "gérante",
    "président", "présidente", "ingénieur", "ingénieure", "acheteur", "acheteuse", "gestionnaire", "adjoint",
    "adjointe", "associé", "associée", "fondateur", "fondatrice", "propriétaire", "chargé", "chargée",
    "comptable", "pdg", "dg", "daf", "drh", "dsi", "cheffe", "coordinateur", "coordinatrice", "technicien",
    "technicienne", "secrétaire", "directora", "jefe", "jefa", "gerente", "encargado", "encargada",
    "presidenta", "presidente", "comprador", "compradora", "propietario", "propietaria", "socio", "socia",
    "coordinador", "coordinadora", "administrador", "administradora", "ingeniero", "ingeniera",
    "subdirector", "subdirectora", "técnico", "técnica", "consejero", "consejera", "fundador", "fundadora",
    "planificador", "planificadora", "contable", "direttore", "direttrice", "responsabile", "amministratore",
    "amministratrice", "titolare", "ingegnere", "coordinatore", "coordinatrice", "socio", "acquirente",
    "capo", "fondatore", "diretor", "diretora", "coordenador", "coordenadora", "engenheiro", "engenheira",
    "sócio", "sócia", "chefe", "gestor", "gestora", "comprador", "hoofd", "inkoper", "bestuurder",
    "eigenaar", "eigenaresse", "voorzitter", "teamleider", "bedrijfsleider", "verkoper", "adviseur",
    "medewerker", "directrice", "direktør", "direktör", "sjef", "chef", "leder", "ledare", "rådgiver",
    "rådgivare", "koordinator", "innkjøper", "inköpare", "indkøber", "ingeniør", "ingenjör", "konsulent",
    "cpto", "cco", "clo", "cao", "vpe", "evp", "gc", "rvp", "bdm", "sdr", "ae", "csm", "hod", "marketer", "merchandiser", "publisher", "rector", "principal",
    "quartermaster", "storekeeper", "gardener", "groundskeeper", "landlord", "retailer", "strategist", "vicepresidente", "vice-president",
    "délégué", "déléguée", "conseiller", "conseillère", "vendeur", "vendeuse", "architecte", "chef", "jurist", "juristin", "controllerin",
    "analyst", "analystin", "analista", "analyste", "asesor", "asesora", "supervisora", "líder", "ejecutivo", "ejecutiva", "consultor",
    "consultora", "arquitecto", "arquitecta", "consulente", "impiegato", "addetto", "addetta", "buyer", "vicedirettore", "vicedirettrice",
    "dirigente", "encarregado", "encarregada", "proprietário", "proprietária", "administrador", "administradora", "supervisor", "assessor",
    "assessora", "técnico", "directrice", "manager", "beheerder", "coördinator", "ingenieur", "planner", "inkoopster", "zaakvoerder",
    "konsult", "ordförande", "formand", "styreleder", "dyrektor", "kierownik", "prezes", "specjalista",
];

/// Endings of such nouns, in languages that write compounds as one word.
#[rustfmt::skip]
pub(crate) const HEAD_ENDINGS: &[&str] = &[
    "leiter", "leiterin", "führer", "führerin", "meister", "meisterin", "chef", "chefin", "direktor",
    "direktorin", "vorstand", "manager", "managerin", "ingenieur", "ingenieurin", "referent", "referentin",
    "beauftragter", "beauftragte", "assistent", "assistentin", "einkäufer", "einkäuferin", "berater",
    "beraterin", "planer", "planerin", "koordinator", "koordinatorin", "sprecher", "sprecherin", "inhaber",
    "inhaberin", "direktør", "direktör", "sjef", "leder", "ledare", "ansvarig", "ansvarlig", "konsulent",
    "konsult", "mester", "mästare", "directeur", "hoofd", "inkoper", "leider", "stjóri", "hoofdinkoper",
];

/// Words before such a noun.
#[rustfmt::skip]
pub(crate) const MODIFIERS: &[&str] = &[
    "senior", "junior", "sr", "jr", "chief", "vice", "deputy", "assistant", "associate", "acting", "interim",
    "managing", "general", "executive", "regional", "global", "national", "area", "group", "divisional",
    "international", "corporate", "sales", "marketing", "operations", "operating", "finance", "financial",
    "purchasing", "procurement", "product", "project", "program", "programme", "technical", "technology",
    "engineering", "it", "hr", "people", "customer", "success", "account", "business", "development",
    "plant", "site", "store", "office", "facilities", "facility", "fleet", "warehouse", "logistics",
    "supply", "chain", "quality", "production", "maintenance", "service", "services", "support", "data",
    "digital", "information", "security", "research", "r&d", "creative", "art", "brand", "content",
    "communications", "pr", "legal", "compliance", "risk", "commercial", "strategy", "strategic",
    "innovation", "investment", "category", "retail", "branch", "district", "clinical", "medical", "nursing",
    "clinic", "practice", "laboratory", "lab", "school", "program", "team", "shift", "founding", "lead",
    "principal", "staff", "head", "export", "import", "event", "events", "partner", "partnerships",
    "revenue", "growth", "web", "software", "hardware", "systems", "system", "network", "infrastructure",
    "permanent", "independent", "co", "non", "ops", "estate", "property", "studio", "managing", "planning",
    "commercieel", "financieel", "technisch", "technischer", "technische", "kaufmännischer", "kaufmännische", "leitender", "leitende", "stellvertretender", "stellvertretende", "algemeen", "operationeel", "regionaal", "adjunct", "category", "administrativ", "teknisk", "daglig", "ekonomi", "økonomi", "sourcing", "claims", "pricing", "payments", "credit", "treasury", "accounts", "accounting", "learning", "talent", "workplace", "sustainability", "energy", "process", "manufacturing", "materials", "inventory", "transport", "shipping", "distribution", "merchandising", "ecommerce", "e-commerce", "media", "design", "ux", "platform", "cloud", "cyber", "analytics", "intelligence", "insights", "insight", "solutions", "key", "channel", "field", "inside", "enterprise", "public", "private", "university", "college", "museum", "hospital", "hotel", "restaurant", "kitchen", "bar", "front", "back", "desk", "night", "day", "construction", "building", "civil", "mechanical", "electrical", "structural", "environmental", "health", "safety", "hse", "ehs", "training", "education", "admissions", "curriculum", "research", "grants", "programme", "parish", "club", "estates", "grounds", "yard", "depot", "garage", "workshop", "foundry", "mill", "quarry", "mine", "site", "farm", "vineyard", "cellar", "brewery", "bakery", "commissioning", "harbour", "terminal", "dock",
];

/// Adjectives behind the noun, in Romance languages.
#[rustfmt::skip]
pub(crate) const ADJECTIVES: &[&str] = &[
    "technique", "commercial", "commerciale", "général", "générale", "financier", "financière", "logistique",
    "adjoint", "adjointe", "marketing", "achats", "informatique", "export", "régional", "régionale",
    "industriel", "industrielle", "juridique", "administratif", "administrative", "general", "comercial",
    "técnico", "técnica", "financiero", "financiera", "logística", "regional", "ejecutivo", "ejecutiva",
    "industrial", "administrativo", "administrativa", "delegado", "delegada", "tecnico", "tecnica",
    "generale", "finanziario", "finanziaria", "acquisti", "vendite", "logistico", "logistica",
    "amministrativo", "delegato", "delegata", "unico", "geral", "financeiro", "financeira", "executivo",
    "executiva", "industriel", "artistique", "artístico", "si", "qualité", "production", "ventes", "ventas",
    "compras", "operaciones", "inkoop", "verkoop", "logistiek", "financiën", "productie", "techniek", "sales", "operations", "finance",
    "procurement", "operações", "logistique", "qualità", "produzione", "produção", "vendas", "comerciale", "commercieel", "produktion",
    "logistik", "innkjøp", "inköp", "salg", "försäljning",
];

/// Words that join what a title is of.
pub(crate) const OF: &[&str] = &[
    "of", "de", "des", "du", "d'", "del", "della", "delle", "dei", "degli", "di", "da", "do", "dos", "das",
    "der", "für", "van", "und", "et", "y", "e", "&", "and", "/", "-", "la", "las", "los", "le", "les", "l'",
    "dell'",
];

/// Words that may be before a title without being part of it.
#[rustfmt::skip]
pub(crate) const STARTS: &[&str] = &[
    "now", "the", "a", "an", "our", "their", "its", "new", "officially", "currently", "already", "also",
    "finally", "recently", "just", "actually", "to", "as", "is", "jetzt", "nun", "inzwischen",
    "mittlerweile", "neuer", "neue", "die", "der", "zum", "zur", "als", "seit", "désormais", "maintenant",
    "la", "le", "nouveau", "nouvelle", "ahora", "el", "nuevo", "nueva", "la", "il", "ora", "adesso", "nuovo",
    "nuova", "agora", "o", "novo", "nova", "nu", "de", "het", "nieuwe", "nå", "ny", "den", ":", "=", "\"",
    "'", "“", "„", "me", "she", "he", "'s", "->", "→", "-", ">", "him", "her", "being", "zum", "zur", "een", "en", "al", "alla",
];

/// Capitalised words that begin sentences, or name days, months and languages: no names of people or companies.
pub(crate) fn is_ordinary_word(lower: &str) -> bool {
    ORDINARY.contains(&lower)
}

#[rustfmt::skip]
const ORDINARY: &[&str] = &[
    "the", "a", "an", "this", "that", "these", "those", "it", "he", "she", "they", "we", "i", "you", "his",
    "her", "their", "our", "my", "your", "and", "but", "or", "so", "if", "when", "then", "no", "yes", "not",
    "now", "new", "old", "next", "last", "call", "talked", "spoke", "met", "had", "has", "have", "will",
    "would", "could", "should", "please", "thanks", "hi", "hello", "hey", "dear", "re", "fw", "fwd", "mr",
    "mrs", "ms", "dr", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec", "budget", "price", "deal", "contract", "website", "email", "phone", "mobile", "just", "still",
    "also", "maybe", "good", "great", "nice", "after", "before", "for", "from", "with", "at", "in", "on",
    "to", "by", "today", "yesterday", "tomorrow", "q1", "q2", "q3", "q4", "eur", "usd", "gbp", "chf", "nok",
    "sek", "dkk", "pln", "cad", "aud", "inr", "zar", "english", "german", "french", "spanish", "der", "die",
    "das", "ein", "eine", "er", "sie", "es", "wir", "ist", "el", "la", "los", "las", "un", "una", "le",
    "les", "une", "il", "elle", "everything", "nothing", "nobody", "everyone", "someone", "somebody",
    "everybody", "what", "who", "where", "how", "why", "does", "did", "is", "are", "was", "were", "can",
    "do", "meeting", "notes", "status", "update", "open", "current", "currently", "sounds", "looks", "seems",
];
