use super::{Cue, Phrases};

/// Money, dates, numbers and addresses: what they are of.
pub(super) const PHRASES: Phrases<Cue> = &[
    (
        Cue::Rival,
        "competitor|competitors|competition|competing|competitor's|rival|rivals|another vendor|other vendor|other vendors|another supplier|other supplier|another provider|current vendor|present vendor|old vendor|existing vendor|incumbent|current supplier|present supplier|current provider|present provider|their vendor|present tracker|old system|current system|alternative|other offer|another offer|other quote|another quote|cheaper offer|counter-bid|somebody else|someone else|the others",
    ),
    (
        Cue::Rival,
        "wettbewerber|wettbewerbers|wettbewerbern|wettbewerb|konkurrenten|mitbewerbers|mitbewerbern|konkurrent|konkurrenz|mitbewerber|anderer anbieter|anderen anbieter|bisheriger anbieter|concurrent|concurrents|concurrence|autre fournisseur|fournisseur actuel|competidor|competidores|competencia|otro proveedor|proveedor actual|concorrente|concorrenti|concorrenza|altro fornitore|concorrência|concorrentes|concurrentie|andere leverancier|konkurrenten",
    ),
    (
        Cue::OtherDeal,
        "his own deal|her own deal|their own deal|his own contract|her own contract|separate tender|separate matter|different story|different budget|fresh record|another tender|nothing to do with|overall this year|overall budget|it overall|whole lab|whole company|whole department|whole group|company-wide|group-wide|for everything|reminder for|for the team|team target|quarterly target|our target|our quota|quota|all deals|close everything|different deal|other deal|another deal|separate deal|unrelated|other project|another project|different project|similar customer|similar deal|similar system|similar project|other customer|another customer|another client|other client|different customer|reference customer|side note|anderes projekt|anderer kunde|anderen kunden|autre affaire|autre client|autre projet|otro negocio|otro cliente|otro proyecto|altro cliente|altro progetto|separate pot|separate budget|separate project|nothing to do with us",
    ),
    (
        Cue::Price,
        "po for|po over|purchase order for|purchase order over|order for|order over|contract for|contract over|budget|budgets|price|priced|total|totals|totalling|deal value|deal size|deal is worth|deal amount|deal|contract value|contract sum|contract amount|contract total|contract is worth|contract|order volume|order value|order sum|order total|order amount|order is worth|amount|amounts to|volume|figure|the number|number at|number moved|the number is|number is now|value|worth|cost|costs|cost is|cost agreed|investment|comes to|come to|came to|amounts|adds up|makes it|in total|all in|full contract|purchase price|project sum|spend|spending limit|funds|funding|grant covers|licence|package|to spend|for it|for this|for us|for all|for the lot|sum",
    ),
    (
        Cue::Price,
        "vertrag über|contrat|contrato|contratto|kontrakt|preis|gesamtpreis|summe|gesamtsumme|auftragssumme|auftragswert|auftragsvolumen|bestellwert|volumen|betrag|gesamtbetrag|kosten|rechnet mit|prix|montant|total de|valeur|enveloppe|presupuesto|precio|importe|valor|monto|budget di|prezzo|importo|valore|orçamento|preço|valor ficou|prijs|bedrag|totaal|waarde|budsjett|pris|beløp|beloppet|belopp",
    ),
    (
        Cue::Agreed,
        "meet at|meet halfway at|split the difference at|estimates|estimated at|values it at|expects to pay|expects to spend|plans to spend|will cost|comes in at|takes|taking|nimmt|nehmen|kauft|prend|prennent|compra|se queda con|prende|neemt|approved|approves|approve|approval for|agreed|agrees|agree|agreed to|agrees to|agreed on|accepted|accepts|accept|accepting|signed off|signed off on|signs off on|sign-off on|confirmed|confirms|set aside|sets aside|put aside|earmarked|reserved|released|allocated|allotted|allocates|freed up|budgeted|good for|fine with|ok with|okay with|happy with|ok w|fine at|ok at|okay at|settled|settled on|settle on|settle at|met in the middle|landed on|landed at|ended up at|went with|go with|go for|goes for|go to|work with|works|works for|will pay|would pay|is paying|pay us|pays us|willing to pay|ready to pay|prepared to pay|ready to spend|willing to spend|able to spend|can spend|can do|can pay|can afford|'ve got|'s got|'ve|they got|have got|has|have|agreed to pay|agrees to pay|wants to pay|want to pay|plans to pay|able to pay|happy to pay|going to pay|rounded it|rounded|shook on|said yes to|nods at|nodded at|put the number|put it at|puts it at|came down|cut it|cut it down|cut it to|cut down|brought it down|shaved|shaved it|knocked down|take it for|do it for|get it for|have it for|going with|plans with|plan with|plans on|planned|is what|it is|it says|to invest|invest|invests|investing|doubled|tripled|countersigned|agreed price|final",
    ),
    (
        Cue::Agreed,
        "freigegeben|genehmigt|bewilligt|zugesagt|einverstanden|geeinigt|akzeptiert|eingeplant|reserviert|zur verfügung|rechnen mit|bestätigt|approuvé|approuvée|validé|validée|accepté|acceptée|d'accord|dispose de|disposons de|prévoit|confirmé|aprobado|aprobó|acepta|aceptó|aceptado|acordado|cuenta con|tiene|dispone de|confirma|queda en|quedó en|approvato|accettato|conferma|concordato|ha a disposizione|aprovou|aprovado|aceitou|ficou em|fechou em|goedgekeurd|akkoord|akkoord met|heeft|godkjent|godkänt|godkendt",
    ),
    (
        Cue::Offer,
        "offer|offers|offered|our offer|offer over|our quote|our price|our proposal|quote|quote over|quoted|proposal|bid|estimate|invoice total|angebot|angebot über|offerte|devis|proposition|offre|oferta|propuesta|cotización|offerta|preventivo|proposta|tilbud|offert",
    ),
    (
        Cue::OtherMoney,
        "it spend|total spend|annual spend|total it spend|spend is|it budget|overall spend|revenue|revenues|turnover|salary|salaries|wage|wages|fee|fees|card fees|fine of|rent|lease|bill|heating bill|heating|electricity|invoice|invoices|loan|mortgage|credit line|grant application|profit|profits|loss|losses|sales of|in sales|annual|annually|yearly|monthly|raised money|funding round|series a|series b|valuation|market cap|insurance|insurer|tax|taxes|deposit|discount|rebate|saving|savings|saves|save|off|cheaper|bonus|tip|list price|price list|list|catalogue price|starter pack|starts at|starting price|plan is|charged|charges|charging|pays today|is paying today|currently pays|currently pay|pays now|paid|pays|pay|spends|spend a year|a year|per year|penalty|fined|owes|debt|stock|inventory|house|car|cars|tender|threshold|similar|neighbour|turnover of|worldwide|market|pupils|names|people|employees|staff|users|units|rooms|hotels|pieces|tons|tonnes|miles|km|kilometres|square|sqm|per cent|percent",
    ),
    (
        Cue::OtherMoney,
        "umsatz|jahresumsatz|gehalt|miete|gebühren|rechnung|steuer|rabatt|listenpreis|jährlich|monatlich|zahlt derzeit|zahlt bisher|chiffre d'affaires|loyer|salaire|facture|remise|facturación|ventas|alquiler|sueldo|descuento|factura|fatturato|affitto|stipendio|sconto|omzet|huur|salaris|korting|faturamento|aluguel",
    ),
    (
        Cue::Bound,
        "up to|at most|at least|at the most|at the very least|max|maximum|maximum of|a maximum of|minimum|minimum of|a minimum of|less than|more than|fewer than|not more than|no more than|not less than|no less than|not above|not below|not over|under|over|above|below|beyond|north of|south of|in excess of|starting at|starting from|upwards of|as much as|as little as|go as high as|capped at|cap of|ceiling|ceiling of|limit of|tops|or more|or less|or so more|upward|plus x|limited to|not exceed|exceeding|from",
    ),
    (
        Cue::Bound,
        "bis zu|höchstens|maximal|mindestens|wenigstens|weniger als|mehr als|unter|über|ab|jusqu'à|au plus|au maximum|au moins|moins de|plus de|minimum|hasta|como máximo|como mucho|al menos|por lo menos|menos de|más de|a partir de|desde|fino a|al massimo|almeno|meno di|più di|oltre|até|no máximo|pelo menos|menos de|mais de|tot|maximaal|minstens|ten minste|minder dan|meer dan|opptil|minst|upp till|mer enn",
    ),
    (
        Cue::Range,
        "between|somewhere between|anywhere between|anything between|range|ranging|zwischen|entre|tra|fra|tussen|mellom",
    ),
    (
        Cue::Moved,
        "moved|moves|move|went up|goes up|went down|goes down|raised|raises|raise|increased|increases|reduced|reduces|reduced from|dropped|drops|lowered|cut|bumped|pushed|pushes|push|pushed back|postponed|postpones|slipped|slips|shifted|shifts|delayed|delays|rescheduled|brought forward|grew|rose|fell|changed|changes|came down|up from|down from|back to|erhöht|gesenkt|steigt|verschoben|verschiebt|augmenté|réduit|reporté|repoussé|décalé|subió|bajó|sube|baja|aplazado|retrasa|aumentato|ridotto|rinviato|spostato|verhoogd|verlaagd|verschoven|adiado|uitgesteld",
    ),
    (
        Cue::Closing,
        "signed off by|everything signed|inks|inked|inking|pen|pens|pen to paper|dotted line|autograph|executed|execute|execution|raised|raise the po|raises the po|cut the po|cuts the po|issue the po|issues the po|in the bag|over the line|across the line|tied up|sewn up|sew it up|done and dusted|go-ahead|green light|signoff|sign off|signs off|commitment|committing|countersigns|countersigned|countersigning|counter-sign|counter-signs|docusign|purchase|purchases|signings|sign|signs|signed|signing|signature|signatures|countersign|ink|paperwork|contract|contract by|close|closes|closed|closing|close date|closing date|close by|target close|expected close|sign-off|order|orders|ordering|order by|place the order|purchase order|po|p.o|commit|commits|wrap up|wrapped up|wraps up|wrap this up|wrap it up|seal|sealed|finalise|finalize|finalised|finalized|finalises|buy|buys|get it done|done by|be done|done|get this done|deal done|execute the contract|conclude|concluded|award|awarded|in his plan|in her plan|in their plan|decide|decision|expects to close|expected to close|expected",
    ),
    (
        Cue::Closing,
        "signiert|signieren|signatur|gegenzeichnen|beauftragung|auftragserteilung|auftragsvergabe|vergabe|zuschlag|bestellt|ordern|unterschreibe|zeichnet|zeichnung|signature|signatures|signerons|signez|signature prévue|accord|passer commande|passera commande|validation|finaliser|firmamos|firmaremos|se firma|cerramos|se cierra|adjudicación|compra|firmano|firmiamo|firmeremo|chiude|chiudiamo|chiudono|sottoscrizione|sottoscrivere|assinam|assinamos|assinaremos|assinarem|fechamos|fecham|encomenda|adjudicação|tekenen we|getekend|ondertekend|contractondertekening|bestellen we|opdrachtverstrekking|signeres|signeras|undertecknas|undertecknar|undertecknande|underskrives|skriver på|skriver under|signering|signerer|signerar|avtalet|avtale|kontrakten|påskrift|bestiller|beställer|unterschrieben|abschließen|abschliessen|abschluss|abschluß|vertragsabschluss|vertragsschluss|unterschreiben|unterschreibt|unterschrift|unterzeichnen|unterzeichnet|unterzeichnung|vertragsunterzeichnung|bestellt|bestellen|bestellung|beauftragen|beauftragt|auftrag|vertrag|signer|signera|signe|signent|signons|conclure|conclura|commande|commander|bon de commande|clôturer|contrat|signeront|signerons|firmar|firmará|firmarán|firmaremos|firmen|cerrarán|cerraremos|firmeranno|assinarão|ondertekent|firma|firman|firme|cerrar|cerrará|cierre|cierra|pedido|contrato|firmare|firmerà|chiudere|chiusura|ordine|contratto|assinar|assina|assinará|assinatura|fechar|fechamento|fecho|tekenen|tekent|ondertekenen|ondertekening|handtekening|afsluiten|bestelling|bestellen|signere|underskrive|underskrift|skriva under|signera|kontrakt|avslutte|beställa|bestille",
    ),
    (
        Cue::Event,
        "poke|chase|nudge|remind|discuss|talk|talk about|speak|chat|catch up|touch base|look at|looks at|go over|goes over|walk through|present|presents|pitch|prepare|draft|drafts|resend|revisit|close for|closes for|closed for|closing for|sync|stand-up|standup|retro|masterclass|open day|acceptance test|handover|hand-over|site visit|inspection|on site|engineers|offsite|sprint|quote is valid|offer is valid|price is valid|prices hold|licences run out|licence runs out|contract goes out|contract will go out|contract out|send the contract|sends the contract|sending the contract|contract runs|contract starts|contract begins|contract expires|contract to him|contract to her|demo|demos|meeting|meet|meets|call|calls|call back|callback|call again|call me|call him|call her|go-live|go live|goes live|going live|kick-off|kickoff|kick off|launch|launches|launching|rollout|roll-out|roll out|install|installation|installs|deliver|delivery|delivered|delivers|shipping|ship|ships|start|starts|starting|start date|begin|begins|beginning|implementation|training|workshop|webinar|visit|visits|visiting|trip|flies|travel|travels|travelling|holiday|holidays|vacation|leave|on leave|away|back on|is back|returns|valid|validity|expires|expire|expired|expiry|ends on|runs out|runs until|trade show|trade fair|expo|fair|conference|event|party|gala|wedding|birthday|exhibition|opening|opens|season|harvest|hearing|interview|lunch|dinner|coffee|trial|pilot|poc|migration|deadline for questions|follow up|follow-up|followup|next step|check in|board meeting|sign-off meeting|budget meeting|review|reviews|invoice|invoiced|payment|due|pay by|insurer|insurance|audit|books|fiscal|fiscal year|renewal|renews|present contract|current contract|existing contract|loan contract|loan|mortgage|lease|old contract|contract with the|contract ends|contract with|lieferung|since|ago",
    ),
    (
        Cue::Event,
        "termin|besprechung|treffen|anruf|telefonat|vorführung|präsentation|start|inbetriebnahme|livegang|messe|urlaub|gültig|gültig bis|liefertermin|schulung|einführung|réunion|démo|rendez-vous|appel|livraison|démarrage|lancement|salon|vacances|valable|formation|reunión|llamada|entrega|inicio|feria|vacaciones|válida|válido|formación|riunione|incontro|chiamata|consegna|avvio|fiera|ferie|valida|reunião|entrega|início|férias|vergadering|afspraak|levering|beurs|vakantie|geldig|møte|möte|mässa|ferie|semester",
    ),
    (
        Cue::Phone,
        "new one is|new one :|the number|phone|telephone|cell|cellphone|mobile|mob|tel|number|numbers|call|calls|ring|reach|reached|reachable|text|texts|dial|direct line|direct|line|whatsapp|landline|extension|phone number|cell is|telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|nummer|durchwahl|anrufen|erreichbar|erreichen|tél|tel.|téléphone|portable|numéro|joignable|appeler|teléfono|móvil|número|celular|llamar|llámale|telefono|cellulare|numero|telefone|telemóvel|telefoon|telefoonnummer|mobiel|06-nummer|telefonnummer",
    ),
    (
        Cue::Mail,
        "email|e-mail|emails|mail|mailbox|address|e-mail address|email address|inbox|write to|write him|write her|write him at|write her at|reach|reached|ping|contact|adresse|e-mail-adresse|mailadresse|mail-adresse|e-mailadresse|courriel|mél|adresse mail|correo|dirección|correo electrónico|posta|indirizzo|endereço|e-mailadres|mailadres|adres|epost|e-post",
    ),
    (
        Cue::Site,
        "website|web site|websites|webpage|web page|homepage|home page|site|web|url|page|domain|webseite|internetseite|homepage|internet|site web|site internet|sitio|sitio web|página|página web|web es|sito|sito web|webbplats|nettside|hjemmeside|webbsida|hemsida",
    ),
    (
        Cue::WrongLine,
        "fax|telefax|switchboard|front desk|reception|receptionist|call centre|call center|hotline|emergency|old number|old one|old phone|former number|previous number|not use|don't use|dead|zentrale|standard|centralita|centralino|warehouse|instead of|no longer|long gone|private|not in use|out of service|disconnected|wrong number",
    ),
    (
        Cue::Preferred,
        "best|best number|best reached|prefers|preferred|use now|to use|use this|use that|use the|please use|from now on|now on|instead|going forward|ab sofort|künftig|bevorzugt|am besten|désormais|préfère|de préférence|a partir de ahora|prefiere|mejor|d'ora in poi|preferisce|voortaan|liefst|new|personal address|work mail|work address|direct line|direct",
    ),
];
