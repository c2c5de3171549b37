use leadkeep_credentials::{ClientId, MasterKey, Secret, SecretKind};
use std::collections::{HashMap, HashSet};

fn generate(kind: SecretKind) -> String {
    Secret::generate(kind).ok().unwrap().expose().to_owned()
}

#[test]
fn every_kind_round_trips() {
    for kind in SecretKind::ALL {
        for _ in 0..100 {
            let text = generate(kind);
            let parsed = Secret::parse(&text).ok().unwrap();
            assert_eq!((parsed.kind(), parsed.expose()), (kind, text.as_str()));
        }
    }
    let id = ClientId::generate().unwrap();
    assert_eq!(ClientId::parse(id.as_str()), Ok(id));
}

#[test]
fn the_lengths_are_those_promised() {
    let expected = [53, 53, 53, 53, 51, 51];
    for (kind, length) in SecretKind::ALL.into_iter().zip(expected) {
        assert_eq!(generate(kind).len(), length, "{kind:?}");
    }
}

#[test]
fn no_two_generated_are_equal() {
    for kind in SecretKind::ALL {
        let texts: HashSet<_> = (0..1_000).map(|_| generate(kind)).collect();
        assert_eq!(texts.len(), 1_000, "{kind:?}");
    }
    assert_ne!(MasterKey::generate().unwrap().to_hex(), MasterKey::generate().unwrap().to_hex());
}

/// Pearson's chi-square with 61 degrees of freedom: 61 on average, over 180 with a chance below 10⁻¹². A remainder of
/// bytes by 62 would give about 1,300 here.
#[test]
fn no_base62_character_is_likelier() {
    let texts = 5_000_u32;
    let mut counts: HashMap<char, u32> = HashMap::new();
    for _ in 0..texts {
        for character in generate(SecretKind::AccessToken)[7..47].chars() {
            *counts.entry(character).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 62);
    let expected = f64::from(texts * 40) / 62.0;
    let chi_square: f64 =
        counts.values().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    assert!(chi_square < 180.0, "{chi_square}");
}
