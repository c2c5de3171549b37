use super::{Cue, Phrases};

/// Titles, companies and names: how they are announced.
pub(super) const PHRASES: Phrases<Cue> = &[
    (
        Cue::TitleLabel,
        "title|titles|job title|official title|role|new role|position|new position|new job|job|function|titel|berufsbezeichnung|funktion|position|stelle|rolle|poste|nouveau poste|fonction|titre|cargo|puesto|nuevo puesto|nuevo cargo|ruolo|nuovo ruolo|posizione|qualifica|função|functie|stilling|befattning|roll",
    ),
    (
        Cue::Becomes,
        "bumped up to|been bumped up to|has been bumped up to|elevated to|been elevated to|stepped into the role of|been given the role of|landed the role of|moved into the role of|was elected|been elected|elected|has taken on the role of|taken on the role of|takes on the role of|made it to|got bumped up to|is|'s|hes|shes|became|becomes|has become|'s become|is now|'s now|got promoted to|was promoted to|been promoted to|has been promoted to|promoted to|gets promoted to|was made|got made|been made|has been made|was named|been named|named|was appointed|been appointed|has been appointed|appointed|moved up to|moves up to|moved up|stepped up to|stepped up as|rose to|works as|now works as|acts as|started as|starts as|has started as|took over as|taken over as|took the job of|got the job of|is the new|made",
    ),
    (
        Cue::Becomes,
        "ist|ist jetzt|ist nun|wurde|wurde zum|wurde zur|ist zum|befördert zum|befördert zur|ist neuer|ist neue|arbeitet als|est|est devenu|est devenue|est désormais|est maintenant|a été promu|a été promue|a été nommé|a été nommée|promu|promue|nommé|nommée|devient|es|ahora es|es ahora|ha sido nombrado|ha sido nombrada|ha sido ascendido a|ha sido ascendida a|ascendió a|pasa a ser|è|è ora|è diventato|è diventata|è stato nominato|è stata nominata|é|é agora|agora é|passou a ser|foi promovido a|foi promovida a|virou|is nu|werd|is geworden|er nå|er blitt|er nu|är nu|har blivit|er blevet",
    ),
    (
        Cue::Joins,
        "changed employer|changed employers|has changed employer|switched employers|new firm|new firm is|moved to|moved over to|moves to|has moved to|joined|has joined|joins|switched to|has switched to|went to|went over to|changed to|has changed to|now with|is now with|'s now with|is with|'s with|now at|is now at|'s now at|is at|now works at|now works for|works for|works at|now working for|now working at|started at|has started at|has started with|started with|start with|hired by|was hired by|new employer is|new company is|new employer|new company|landed at|left for|jumped to|jumped ship to",
    ),
    (
        Cue::Joins,
        "wechselte zu|wechselt zu|gewechselt zu|ist zu|ist jetzt bei|ist nun bei|arbeitet jetzt bei|arbeitet nun bei|jetzt bei|neuer arbeitgeber|a rejoint|rejoint|est passé chez|est passée chez|travaille maintenant chez|travaille désormais chez|est maintenant chez|est désormais chez|désormais chez|maintenant chez|se ha pasado a|ha pasado a|ahora trabaja en|trabaja ahora en|ahora está en|se ha incorporado a|se incorporó a|è passato a|è passata a|ora lavora in|ora lavora per|lavora ora per|agora trabalha na|agora trabalha no|foi para a|werkt nu bij|is overgestapt naar|overgestapt naar|is nu bij|jobber nå i|jobbar nu på",
    ),
    (Cue::At, "at|@|bei|bei der|beim|chez|bij|presso|hos|with|for"),
    (
        Cue::Renamed,
        "is now called|'s now called|is called|'s called|are called|are now called|now called|was renamed|has been renamed|been renamed|renamed|renamed to|renamed itself|renamed into|rebranded as|rebranded to|rebranded|has rebranded as|has rebranded to|now trades as|trades as|trading as|now operates as|operates as|changed its name to|changed their name to|changed name to|new name is|goes by|now goes by|known as|now known as|under the name|under the new name|changes its name to|heißt jetzt|heißt nun|heisst jetzt|firmiert jetzt als|firmiert unter|firmiert als|umbenannt in|s'appelle désormais|s'appelle maintenant|rebaptisé|rebaptisée|se llama ahora|ahora se llama|pasa a llamarse|si chiama ora|ora si chiama|agora se chama|agora chama-se|heet nu|heter nå|heter nu|hedder nu|update your records",
    ),
    (
        Cue::Company,
        "company|firm|employer|business|organisation|organization|studio|shop|agency|brand|group|firma|unternehmen|arbeitgeber|société|entreprise|boîte|empresa|compañía|azienda|società|ditta|bedrijf|selskap|företag|firmaet",
    ),
    (
        Cue::NameLabel,
        "full name|full name is|real name|real name is|legal name|legal name is|correct name|name is|name 's|name is now|new name|spelled|spelt|spelling|maiden name|married name|vollständiger name|voller name|nom complet|nom de famille|nombre completo|apellido|nome completo|volledige naam",
    ),
];
