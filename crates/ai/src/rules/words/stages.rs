use leadkeep_domain::DealStage::{self, Lost, Negotiation, Proposal, Qualified, Won};

use super::Phrases;

/// What people say when a deal is at a stage.
pub(super) const PHRASES: Phrases<DealStage> = &[
    (
        Won,
        "signed the contract|signed the order|signed the deal|signed the agreement|signed the papers|signed the paperwork|signed the po|signed our contract|signed our offer|signed our proposal|signed contract|signed order|signed agreement|signed papers|signed copy|signed po|contract signed|contract is signed|contract was signed|contract's signed|contract has been signed|order signed|agreement signed|deal signed|countersigned|has countersigned|countersigned the contract|order is in|order came in|order's in|purchase order arrived|purchase order is here|purchase order 's here|purchase order came in|purchase order received|purchase order is in|po arrived|po received|po is in|po came in|po is here|received the purchase order|received the po|got the purchase order|got the po|we won|we've won|we 've won|deal won|deal is won|deal 's won|closed won|closed-won|closed the deal|deal closed|deal is closed|deal is done|won the deal|won the business|won the contract|won this one|won it|placed the order|has placed the order|we got it|ink is dry|signed, sealed",
    ),
    (
        Won,
        "vertrag unterschrieben|vertrag ist unterschrieben|hat unterschrieben|haben unterschrieben|unterschriebener vertrag|unterschriebenen vertrag|vertrag unterzeichnet|vertrag ist unterzeichnet|auftrag erteilt|auftrag gewonnen|auftrag ist gewonnen|auftrag ist da|deal gewonnen|bestellung ist da|bestellung eingegangen|haben gewonnen|contrat signé|a signé|a signé le contrat|ont signé|affaire gagnée|affaire conclue|contrat est signé|bon de commande reçu|firmó|firmó el contrato|ha firmado|han firmado|ha firmado el contrato|contrato firmado|contrato está firmado|negocio ganado|trato cerrado|trato ganado|pedido recibido|ha firmato|ha firmato il contratto|hanno firmato|contratto firmato|contratto è firmato|affare concluso|ordine ricevuto|assinou|assinou o contrato|assinaram o contrato|contrato assinado|negócio fechado|negócio ganho|getekend|contract getekend|contract is getekend|heeft getekend|order binnen|opdracht binnen|kontrakten er signert|har signert|har skrivit under|avtalet är påskrivet",
    ),
    (
        Lost,
        "deal is lost|deal lost|deal 's lost|closed lost|closed-lost|lost the deal|lost this one|lost it|lost him|lost her|lost them|we lost|we've lost|we 've lost|we 're out|we're out|we are out|went with a competitor|went with another|went with the competitor|went with someone else|went with somebody else|going with a competitor|going with another|going with someone else|gone with a competitor|gone with another|chose a competitor|chose another|chose the competitor|chose someone else|chosen a competitor|chosen a local supplier|chosen another|chosen the competitor|chosen someone else|picked a competitor|picked another|picked someone else|signed with a competitor|signed with another|signed with someone else|bought from a competitor|decided against us|decided against our|decided against it|decided not to proceed|decided not to buy|decided not to go ahead|decided not to move forward|not going ahead|not moving forward|won't be going ahead|will not be going ahead|will not be buying|won't be buying|will not buy|won't buy|not be buying|not buying|will not proceed|won't proceed|cancelled the project|canceled the project|project is cancelled|project is canceled|project was cancelled|project cancelled|deal is off|deal 's off|deal's off|deal is dead|deal 's dead|deal fell through|fell through|consider the matter closed|no deal|turned us down|turned down our offer|rejected our offer|rejected our proposal|rejected the proposal|rejected the offer|declined our offer|declined our proposal|declined the offer|pulled the plug|pulled out|backed out|passed on our offer|opted for a competitor|opted for another",
    ),
    (
        Lost,
        "auftrag verloren|auftrag ist verloren|deal verloren|haben verloren|hat abgesagt|haben abgesagt|abgesagt|für einen anderen entschieden|für einen wettbewerber entschieden|für die konkurrenz entschieden|gegen uns entschieden|affaire perdue|contrat perdu|a choisi un concurrent|ont choisi un concurrent|a choisi un autre|nous avons perdu|projet annulé|a décliné|negocio perdido|trato perdido|hemos perdido|ha elegido a otro|han elegido a otro|eligieron a otro|se han decidido por otro|proyecto cancelado|affare perso|abbiamo perso|ha scelto un concorrente|hanno scelto un altro|negócio perdido|perdemos o negócio|escolheu outro|escolheram outro|deal verloren|hebben verloren|gekozen voor een ander|gekozen voor een andere|afgehaakt",
    ),
    (
        Proposal,
        "sent the proposal|sent our proposal|sent a proposal|sent the offer|sent our offer|sent the quote|sent our quote|sent him the proposal|sent her the proposal|sent them the proposal|sent him our proposal|sent her our proposal|sent them our proposal|sent him the quote|sent her the quote|sent them the quote|sent him the offer|sent her the offer|sent them the offer|sent out the proposal|sent over the proposal|proposal sent|proposal is out|proposal went out|proposal has been sent|proposal was sent|proposal delivered|proposal submitted|proposal handed over|proposal is with|quote sent|quote is out|quote went out|offer sent|offer is out|offer went out|e-mailed the proposal|emailed the proposal|e-mailed the quote|emailed the quote|mailed the proposal|submitted the proposal|submitted our proposal|delivered the proposal|handed over the proposal|presented the proposal|presented our proposal|has our proposal|have our proposal|got our proposal|got the proposal|received our proposal|received the proposal|received our offer|received our quote|has the proposal|has our quote|has our offer|shared the proposal",
    ),
    (
        Proposal,
        "angebot verschickt|angebot geschickt|angebot gesendet|angebot versendet|angebot abgegeben|angebot ist raus|angebot liegt vor|angebot raus|angebot übergeben|angebot zugeschickt|angebot erhalten|proposition envoyée|devis envoyé|offre envoyée|envoyé le devis|envoyé la proposition|envoyé l'offre|envoyé notre offre|reçu notre offre|reçu notre devis|reçu notre proposition|propuesta enviada|oferta enviada|enviado la propuesta|enviado la oferta|enviamos la propuesta|enviamos la oferta|envié la propuesta|envié la oferta|presupuesto enviado|recibido nuestra propuesta|proposta inviata|offerta inviata|preventivo inviato|inviato la proposta|inviato l'offerta|inviato il preventivo|proposta enviada|enviei a proposta|enviamos a proposta|offerte verstuurd|offerte verzonden|voorstel verstuurd|offerte is de deur uit|tilbud sendt|tilbudet er sendt|offert skickad",
    ),
    (
        Negotiation,
        "in negotiation|in negotiations|into negotiation|into negotiations|officially negotiating|now negotiating|are negotiating|negotiating terms|negotiating the terms|negotiating the contract|negotiating price|negotiating the price|negotiations started|negotiations have started|negotiations are under way|started negotiating|started negotiations|began negotiating|entered negotiations|entering negotiations|negotiating with",
    ),
    (
        Negotiation,
        "in verhandlung|in verhandlungen|in der verhandlung|verhandeln gerade|verhandeln jetzt|verhandeln über|en négociation|en cours de négociation|négocions|en negociación|estamos negociando|in trattativa|stiamo negoziando|em negociação|estamos a negociar|in onderhandeling|zijn aan het onderhandelen|i forhandling|i förhandling",
    ),
    (
        Qualified,
        "is qualified|are qualified|fully qualified|now qualified|is a qualified lead|qualifies as|down as qualified|qualified today|qualified her today|qualified him today|qualified lead now|ist qualifiziert|est qualifié|est qualifiée|está cualificado|está cualificada|è qualificato|è qualificata|is gekwalificeerd",
    ),
];
