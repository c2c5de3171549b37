use super::{Written, reader::Reader};
use crate::rules::{
    text::{Author, Clause, Kind, Token, Who},
    words::is_ordinary_word,
};

/// Whose an amount is, and of what.
impl Reader<'_, '_> {
    /// "Hexatron's quote is 20k"; and "our budget", where we write.
    pub(super) fn is_of_others(&self, written: &Written, clause: &Clause) -> bool {
        const OFFERS: &[&str] = &["quote", "quotation", "bid", "offer", "proposal", "price", "pricing"];
        let before = clause.range.start..written.range.start;
        let is_any =
            |at: usize, words: &[&str]| self.document.token(at).is_some_and(|token| token.is_any(words));
        let is_lead = |at: usize| {
            self.sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead)
        };
        let theirs = before.clone().any(|at| {
            let owner = self
                .document
                .token(at)
                .is_some_and(|token| token.is_capitalised() && !is_ordinary_word(&token.lower));
            owner
                && !is_lead(at)
                && is_any(at + 1, &["'s"])
                && (is_any(at + 2, OFFERS) || is_any(at + 3, OFFERS))
        });
        let ours = self.sentence.author == Author::Rep
            && before.clone().any(|at| {
                is_any(at, &["our", "my"]) && (is_any(at + 1, &["budget"]) || is_any(at + 2, &["budget"]))
            });
        theirs || ours
    }

    /// "The renovation costs 50k", "a 50k grant": the price of something else.
    pub(super) fn is_of_a_thing(&self, written: &Written) -> bool {
        #[rustfmt::skip]
        const COSTS: &[&str] = &["costs", "cost", "kostet", "kostete", "coûte", "cuesta", "costa", "custa", "kost", "koster", "kostar"];
        #[rustfmt::skip]
        const OURS: &[&str] = &[
            "it", "this", "that", "project", "deal", "solution", "system", "package", "licence", "license", "whole", "everything", "all",
            "software", "setup", "implementation", "set", "thing", "total", "the", "would", "will", "may", "can", "should", "he", "she",
            "das", "es", "projekt", "lösung", "alles", "ça", "cela", "tout", "todo", "tutto", "tudo", "alles", "dat", "het", "det", "and", "option",
            "overall", "project's", "estimated", "expected", "our", "now", "module", "platform", "programme", "program", "one-off", "final", "net",
        ];
        #[rustfmt::skip]
        const THINGS: &[&str] = &[
            "grant", "loan", "bonus", "fine", "donation", "mortgage", "prize", "deficit", "turnover", "revenue", "repair", "deposit",
            "salary", "machine", "tractor", "van", "roof", "house", "boat", "fundraiser", "scholarship", "lawsuit", "profit", "loss",
        ];
        #[rustfmt::skip]
        const PRODUCTS: &[&str] = &[
            "system", "tool", "solution", "product", "unit", "package", "plan", "server", "printer", "car", "truck", "crane",
        ];
        let token = |at: usize| self.document.token(at);
        let start = written.range.start;
        let within = |at: usize| at >= self.sentence.range.start && at < self.sentence.range.end;
        let verb = start
            .checked_sub(1)
            .filter(|at| within(*at) && token(*at).is_some_and(|token| token.is_any(COSTS)));
        let subject = verb.and_then(|at| at.checked_sub(1)).filter(|at| within(*at)).and_then(token);
        let cost = subject
            .is_some_and(|subject| subject.is_word() && !subject.is_any(OURS) && !subject.is_capitalised());
        let behind = token(written.range.end).filter(|_| within(written.range.end));
        let thing = behind.is_some_and(|token| token.is_any(THINGS));
        // "A 12k system", but "a 12k budget".
        let article =
            start.checked_sub(1).and_then(token).is_some_and(|token| token.is_any(&["a", "an", "another"]));
        cost || thing
            || self.is_put_into(written, OURS)
            || (article && behind.is_some_and(|token| token.is_any(PRODUCTS)))
    }

    /// "220k into the west wing", "a million on the new hall".
    fn is_put_into(&self, written: &Written, ours: &[&str]) -> bool {
        #[rustfmt::skip]
        const INTO: &[&str] = &["into", "on"];
        #[rustfmt::skip]
        const OF_DEALS: &[&str] = &[
            "table", "contract", "order", "form", "page", "quote", "proposal", "offer", "paper", "phone", "call", "card", "condition",
            "tool", "tools", "product", "service", "services", "pilot", "rollout", "roll-out", "technology", "tech", "licences", "licenses",
            "upgrade", "basis", "budget", "spot", "initiative", "purchase",
        ];
        let behind =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 5));
        let [into, article, rest @ ..] = behind else { return false };
        if !into.is_any(INTO) || !article.is_any(&["the", "a", "an", "his", "her", "their", "new", "its"]) {
            return false;
        }
        let rest = rest.get(..2).unwrap_or(rest);
        rest.first().is_some_and(Token::is_word)
            && !rest.first().is_some_and(|token| token.is_any(&["first", "last", "same", "rest"]))
            && !rest
                .iter()
                .any(|token| token.is_any(OF_DEALS) || token.is_any(ours) || token.kind == Kind::Number)
    }

    /// "He must get 12k approved."
    pub(super) fn is_wanted(&self, written: &Written) -> bool {
        let start = written.range.start;
        let before = self.document.slice(start.saturating_sub(4).max(self.sentence.range.start)..start);
        let after =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 3));
        before.iter().any(|token| token.is_any(&["get", "getting"]))
            && before
                .iter()
                .any(|token| token.is_any(&["must", "need", "needs", "to", "wants", "tries", "trying"]))
            && after.iter().any(|token| {
                token.is_any(&["approved", "released", "signed", "cleared", "authorised", "authorized"])
            })
    }

    /// "His boss approved 40k": those above the lead release what it spends.
    pub(super) fn is_released(&self, written: &Written) -> bool {
        #[rustfmt::skip]
        const ABOVE: &[&str] = &[
            "boss", "board", "cfo", "ceo", "coo", "gm", "md", "manager", "director", "chief", "head", "committee", "treasurer", "owner",
            "chef", "chefin", "vorgesetzter", "vorstand", "patron", "jefe", "jefa", "capo", "baas", "controller", "president",
        ];
        #[rustfmt::skip]
        const RELEASED: &[&str] = &[
            "approved", "released", "signed", "cleared", "authorised", "authorized", "freed", "granted", "okayed", "allocated", "set",
            "earmarked", "agreed", "green-lit", "greenlit", "freigegeben", "genehmigt", "bewilligt", "validé", "aprobó", "aprobado",
            "approvato", "aprovou", "goedgekeurd",
        ];
        let start = written.range.start;
        let by =
            self.sentence.mentions.iter().rev().find(|mention| mention.at < start).map(|mention| mention.at);
        by.is_some_and(|by| {
            self.document.slice(by..start.min(by + 5)).iter().any(|token| token.is_any(ABOVE))
                && self.document.slice(by + 1..start).iter().any(|token| token.is_any(RELEASED))
        })
    }
}
