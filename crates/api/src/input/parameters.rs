use std::{
    collections::BTreeMap,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use leadkeep_domain::{Invalid, PageLimit};
use percent_encoding::percent_decode_str;

use leadkeep_service::input::{Fault, Faults, shortened};

use crate::problem::Problem;

/// The parameters of a query, taken one by one. Faults are collected, so that a caller hears of all at once.
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl Parameters {
    pub(crate) fn parse(query: &str) -> Result<Self, Problem> {
        let pairs = decode_pairs(query)
            .ok_or_else(|| Problem::invalid_request("The query is not UTF-8, percent-encoded"))?;
        let mut parameters = Self { values: BTreeMap::new(), faults: Vec::new() };
        for (name, value) in pairs {
            if parameters.values.insert(name.clone(), value).is_some() {
                parameters.fault(&shortened(&name), "is repeated");
            }
        }
        Ok(parameters)
    }

    /// A parameter that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.values.remove(name)?;
        match parse(&value) {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.fault(name, &invalid.to_string());
                None
            }
        }
    }

    /// Notes what is left as unknown, and refuses if anything was wrong.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        let left: Vec<String> = self.values.keys().map(|name| shortened(name)).collect();
        for name in left {
            self.fault(&name, "is not a parameter here");
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults).into()) }
    }

    fn fault(&mut self, name: &str, message: &str) {
        self.faults.push(Fault::new(name, message));
    }
}

/// How many items a page is to have.
pub(crate) fn page_limit(text: &str) -> Result<PageLimit, Invalid> {
    let number = text.parse().map_err(|_| Invalid::new("must be a whole number from 1 to 100"))?;
    PageLimit::parse(number)
}

/// A query without parameters, for what takes none.
pub(crate) struct NoParameters;

impl FromRequest for NoParameters {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Parameters::parse(request.query_string()).and_then(Parameters::finish).map(|()| Self))
    }
}

/// The pairs of a query or form (the URL standard's application/x-www-form-urlencoded); none where they are not UTF-8.
pub(crate) fn decode_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(decode_pair).collect()
}

fn decode_pair((name, value): (&str, &str)) -> Option<(String, String)> {
    Some((decode(name)?, decode(value)?))
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_strictly() {
        #[track_caller]
        fn check(text: &str, expect: Option<&[(&str, &str)]>) {
            let pairs = decode_pairs(text);
            let pairs: Option<Vec<_>> =
                pairs.as_ref().map(|pairs| pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect());
            assert_eq!(pairs.as_deref(), expect, "{text}");
        }
        check("", Some(&[]));
        check("a=1&b=two+words", Some(&[("a", "1"), ("b", "two words")]));
        check("a=%2B%26%3D%C3%A9", Some(&[("a", "+&=é")]));
        check("a&&b=", Some(&[("a", ""), ("b", "")]));
        check("a=%zz", Some(&[("a", "%zz")]));
        check("a=%ff", None);
        check("%c3=1", None);
    }

    #[test]
    fn repeated_and_unknown_parameters_are_all_told() {
        let mut parameters = Parameters::parse("limit=1&limit=2&colour=red").unwrap();
        parameters.optional("limit", |text| Ok(text.to_owned()));
        let problem = parameters.finish().unwrap_err();
        let details = problem.details.unwrap();
        let fields: Vec<_> =
            details.as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["limit", "colour"]);
    }
}
