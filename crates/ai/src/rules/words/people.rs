use super::{Cue, Phrases};

/// Who is spoken of.
pub(super) const PHRASES: Phrases<Cue> = &[
    (
        Cue::Relation,
        "parent company|sister company|mother company|holding company|parent|subsidiary|wife|husband|spouse|son|daughter|brother|sister|father|mother|dad|mum|mom|uncle|aunt|cousin|nephew|niece|boss|colleague|colleagues|coworker|co-worker|teammate|assistant|secretary|pa|successor|predecessor|replacement|deputy of|neighbour|neighbor|friend|accountant|lawyer|lawyers|attorney|treasurer|solicitor|advisor|adviser|landlord|caterer|banker|manager's|supervisor's|business partner|intern|receptionist|gatekeeper|owner's",
    ),
    (
        Cue::Relation,
        "ehefrau|ehemann|mann|sohn|tochter|bruder|schwester|vater|mutter|chef|chefin|vorgesetzter|vorgesetzte|kollege|kollegin|kollegen|assistent|assistentin|sekretärin|nachfolger|nachfolgerin|vorgänger|vorgängerin|nachbar|anwalt|steuerberater|femme|mari|fils|fille|frère|sœur|père|mère|chef de|patron|patronne|collègue|collègues|assistante|successeur|prédécesseur|voisin|avocat|associé|associée|esposa|marido|hijo|hija|hermano|hermana|padre|madre|jefe de él|jefa de ella|compañero|compañera|colega|asistente|sucesor|sucesora|predecesor|vecino|abogado|socio|socia|moglie|marito|figlio|figlia|fratello|sorella|capo|collega|assistente|successore|predecessore|vicino|avvocato|zoon|dochter|broer|zus|baas|opvolger|voorganger|buurman|advocaat|sócio|sócia|irmão|irmã",
    ),
    (
        Cue::Speaks,
        "'d say|would say|'d call|i 'd say|i 'd call|said|says|say|thinks|think|wants|want|asked|asks|told|tells|mentioned|mentions|wrote|writes|called|confirmed|confirms|likes|loves|hates|quit|joined|leaves|left|signs|signed|agrees|decides|decided|knows|believes|expects|hopes|needs|heads|leads|runs|sends|sent|recommended|works|pays|paid|bought|offered|quoted|will|has|is|was|asked|joins|reads|takes",
    ),
    (
        Cue::Us,
        "i|we|our|us|my|me|i'm|we've|ours|wir|unser|unsere|ich|mein|meine|uns|nous|notre|nos|je|mon|ma|nosotros|nuestro|nuestra|yo|mi|noi|nostro|nostra|io|nós|nosso|nossa|wij|ons|onze|ik|mijn|vi|vår|jeg|min|jag",
    ),
    (
        Cue::Third,
        "he|she|his|her|him|hes|shes|herself|himself|er|sie|ihr|ihre|ihren|sein|seine|seinen|il|elle|él|ella|su|lui|lei|suo|sua|ele|ela|seu|hij|zij|zijn|haar|han|hun|hon|hans|hennes",
    ),
    (Cue::They, "they|their|them|theyre|theyve|ils|elles|leur|leurs|ellos|ellas|sus|loro|eles|elas|hun|hen"),
    (
        Cue::Honorific,
        "mr|mrs|ms|miss|dr|prof|sir|madam|capt|eng|ing|herr|herrn|frau|monsieur|madame|mme|mlle|señor|señora|sr|sra|don|doña|signor|signora|sig|dhr|mevrouw|senhor|senhora",
    ),
];
