use super::{Cue, Phrases};

/// How sure a clause is of itself.
pub(super) const PHRASES: Phrases<Cue> = &[
    (
        Cue::Negated,
        "not|never|isn't|isnt|aren't|arent|wasn't|wasnt|weren't|don't|dont|doesn't|doesnt|didn't|didnt|won't|wont|can't|cant|cannot|couldn't|wouldn't|hasn't|hasnt|haven't|havent|hadn't|without|neither|nor|nobody|nothing|none|no",
    ),
    (
        Cue::Negated,
        "nicht|kein|keine|keinen|keiner|keinem|nie|niemals|noch nicht|pas|jamais|aucun|aucune|nunca|ningún|ninguna|todavía no|aún no|non|mai più|niet|geen|nooit|não|nem|ikke|inte|inget|nie ma",
    ),
    (
        Cue::Unsure,
        "nearly signed|almost signed|nearly closed|almost closed|nearly bought|almost bought|nearly joined|almost joined|nearly won|almost won|came close to|as good as|maybe|perhaps|possibly|potentially|might|could|would|'d|wouldnt|may be|may become|may sign|may close|may join|may want|may take|may have|may go|may even|may well|probably not|unclear|unsure|not sure|no idea|rumour|rumor|rumours|rumors|talk of|supposedly|apparently not|hypothetically|theoretically|in theory|imagine|suppose|assuming|wonders|wondering|thinking about|considering|toying with|dreams of|hopes to become|would become|one day|some day|someday|eventually|guess|guessing|ballpark|tentatively|tbd|tbc|to be confirmed|to be decided|open|undecided|don't know|doesn't know|dunno|depends|depending",
    ),
    (
        Cue::Unsure,
        "vielleicht|eventuell|evtl|womöglich|möglicherweise|könnte|könnten|würde|würden|dürfte|unklar|unsicher|überlegt|angeblich|peut-être|pourrait|pourraient|serait|éventuellement|il paraît|quizá|quizás|tal vez|a lo mejor|podría|podrían|sería|posiblemente|forse|potrebbe|sarebbe|magari|talvez|poderia|seria|misschien|wellicht|zou|kanskje|kanske|måske",
    ),
    (
        Cue::Unknown,
        "no longer realistic|not realistic|isn't realistic|unrealistic|no longer possible|no longer holds|didn't work out|won't work out|nicht mehr realistisch|unrealistisch|nicht zu halten|plus réaliste|pas réaliste|no es realista|non è realistico|niet haalbaar|niet meer haalbaar|not sure i got|not sure that 's right|not sure about that|leave it|don't put anything|don't write|don't note|'ll check|i don't know|i dont know|line was awful|didn't catch|couldn't hear|might have misheard",
    ),
    (
        Cue::Wish,
        "before talking about|instead of talking about|antes de|antes del|antes do|antes da|antes que|antes de que|'d sooner|would sooner|'d rather|if you want|if you like|if you need|if that helps|if possible|if needed|no later than|not later than|at the latest|would like|'d like|would love|'d love|would prefer|'d prefer|would want|would rather|wants to|want to|wishes to|hopes to|d like|happy to|möchte|möchten|würde gern|würde gerne|voudrait|aimerait|souhaite|souhaitent|souhaitons|quisiera|le gustaría|vorrebbe|gostaria|zou graag",
    ),
    (
        Cue::Condition,
        "if|unless|whether|provided|in case|as long as|only when|once|wenn|falls|sofern|sobald|ob|au cas où|à condition|dès que|lorsque|si|cuando|siempre que|qualora|quando|indien|mits|hvis|om",
    ),
    (
        Cue::Past,
        "had aimed|had hoped|had planned|had wanted|had intended|had meant|was supposed to|were supposed to|was meant to|were meant to|was to have|used to|formerly|former|previously|previous|ex|back then|long gone|in the past|at the time|was|were|had been|worked as|served as|once was|years ago|last year|last month|last week|last winter|last summer|earlier|early on|originally|initially|old|ehemals|ehemalige|ehemaliger|früher|früherer|war|waren|vorher|ancien|ancienne|était|auparavant|antiguo|antigua|anterior|era|fue|antes|precedente|voormalig|voormalige|vroeger|tidligere|tidigare",
    ),
    (
        Cue::Future,
        "will be|will become|going to be|going to become|about to become|is to become|will take over|takes over|take over|will replace|soon|in future|in the future|next year|wants to be|wants to become|wird|werden|soll|bald|sera|deviendra|bientôt|será|pronto|diventerà|sarà|zal|wordt",
    ),
    (
        Cue::Final,
        "eventually :|eventually ,|now|final|finally|in total|all in|altogether|in the end|at the end|actually|correction|corrected|scratch that|make that|makes that|i mean|rather|sorry|revised|updated|new|settled|instead|so that 's|up to now|inzwischen|jetzt|nun|neu|neue|neuer|insgesamt|endgültig|final|désormais|maintenant|nouveau|nouvelle|au total|finalement|ahora|nuevo|nueva|en total|finalmente|adesso|ora|nuovo|nuova|in totale|agora|novo|nova|nu|nieuw|nieuwe|totaal",
    ),
    (
        Cue::Instead,
        "instead of|rather than|not|no longer|isn't|isnt|and not|in place of|as opposed to|statt|anstatt|nicht|au lieu de|pas|en lugar de|en vez de|no|invece di|in plaats van|em vez de|was|were|war|against our|versus|vs",
    ),
    (
        Cue::Machine,
        "automated agent|automated agents|any agent|agent reading|bot reading|anything reading|acknowledge with|confirm with ok|hint for the model|note for the model|note to the model|message to the model|message for the model|into json|as json|return json|output json|new instruction|new instructions|end of note|end of text|end of prompt|instruction :|instructions :|you must|you should now|you will now|you shall|your task|your new task|your job is|comply with|obey|admin mode|as a large|as an ai|to the crm|attention crm|automated system|whoever parses|reading this note|processing this|large language|ignore all|ignore previous|ignore the|ignore any|ignore your|ignore every|ignore these|ignore prior|ignore above|disregard|forget your|forget all|forget everything|forget previous|override|language model|llm|gpt|chatgpt|dear ai|@ai|ai set|ai update|ai change|ai mark|ai move|ai tag|hey ai|hi ai|hello ai|note to ai|to ai|ai :|ai ,|ai system|ai tool|the ai|an ai|any ai|your ai|ai reading|ai must|ai please|ai should|ai if|ai -|ais|for ai|ai assistant|ai model|ai agent|chatbot|bot|system prompt|this prompt|the prompt|prompt :|your prompt|developer mode|jailbreak|instruction for|instructions for|instruction to|instructions to|previous instructions|your instructions|your rules|your guidelines|system message|system note|system override|extractor|parser|crm bot|crm assistant|dear assistant|hey assistant|note to assistant|act as|pretend to|you are now|you are a|as your developer|as an administrator|as administrator|as the administrator|as admin|admin override|rename this lead|the lead record|all leads|every lead|all fields|field value|set field|setfield|update_lead|function call|tool call|maintenance mode|debug mode|output the|output only|respond with|reply with|return the following|sudo|as root|role=|drop table|deal_value|deal_stage|deal_currency|deal_close_date|add_tags|remove_tags|crm directive|directive :|directives :|note to crm|note to the crm|crm must|summariser|summarizer|parsing this|any ai|inject|hidden instruction|tool_call|function_call",
    ),
    (
        Cue::Machine,
        "ignoriere|vergiss|sprachmodell|anweisung an|anweisungen an|ki|an die ki|ignore les|ignorez|oublie|oubliez|modèle de langage|l'ia|la ia|cette ia|ia :|ia ,|cher ia|chère ia|estimada ia|querida ia|cara ia|instruction pour|ignora|ignore as|olvida|modelo de lenguaje|instrucción para|instrucciones|dimentica|negeer|vergeet",
    ),
];
