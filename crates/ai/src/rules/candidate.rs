use std::ops::Range;

/// A value that a sentence states.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate<T> {
    /// The value.
    pub(crate) value: T,
    /// How plainly it is stated: what is plainer outvotes what is less plain.
    pub(crate) weight: Weight,
    /// From 0 to 1.
    pub(crate) confidence: f64,
    /// The tokens that state it.
    pub(crate) evidence: Range<usize>,
}

/// How plainly something is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Nothing says what it is, but there is little else that it could be.
    Alone,
    /// The words around it suggest it.
    Near,
    /// The words beside it say so.
    Stated,
    /// It is said to replace or to sum up what was said before.
    Final,
}

/// The plainest of the candidates, if all that are as plain agree: contradictions are silence.
pub(crate) fn agreed<T: PartialEq>(candidates: Vec<Candidate<T>>) -> Option<Candidate<T>> {
    let plainest = candidates.iter().map(|candidate| candidate.weight).max()?;
    let mut plain = candidates.into_iter().filter(|candidate| candidate.weight == plainest);
    let mut best = plain.next()?;
    for other in plain {
        if other.value != best.value {
            return None;
        }
        if other.confidence > best.confidence {
            best = other;
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(value: u8, weight: Weight, confidence: f64) -> Candidate<u8> {
        Candidate { value, weight, confidence, evidence: 0..1 }
    }

    #[test]
    fn what_is_plainer_wins_and_contradictions_are_silence() {
        let stated = |value| candidate(value, Weight::Stated, 0.9);
        assert_eq!(agreed(vec![stated(1), candidate(2, Weight::Near, 0.9)]), Some(stated(1)));
        assert_eq!(agreed(vec![stated(1), stated(2)]), None);
        assert_eq!(
            agreed(vec![stated(1), candidate(2, Weight::Final, 0.5), stated(3)]).map(|best| best.value),
            Some(2)
        );
        assert_eq!(agreed::<u8>(vec![]), None);
    }
}
