use std::num::NonZeroU32;

use actix_web::HttpResponse;
use leadkeep_domain::{Act, Edit, SiteLimits};
use leadkeep_service::gate::SITE_CALLS_PER_MINUTE;

use super::{current, done, faulty, view};
use crate::{Typed, account::Inside, numbers::grouped, posted::Posted, trouble::Trouble};

/// More calls a minute than a server answers.
const MOST: u32 = 1_000_000;

/// POST …/limits
pub(super) async fn change(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangeSettings)?;
    let workspace = current(&inside).await?;
    match read(posted.get("budget").trim(), posted.get("key_share").trim()) {
        Ok(wanted) => {
            let now = workspace.site_limits;
            if wanted != now {
                let (budget, share) =
                    (edit(wanted.budget, now.budget), edit(wanted.key_share, now.key_share));
                inside.management()?.set_site_limits(inside.workspace(), budget, share).await?;
            }
            Ok(done(&inside, "limits"))
        }
        Err((budget, key_share)) => {
            let mut view = view(&inside, &workspace);
            (view.budget, view.key_share) = (budget, key_share);
            faulty(&inside, &view)
        }
    }
}

/// The limits, or both fields with what is wrong with them.
fn read(budget: &str, key_share: &str) -> Result<SiteLimits, (Typed, Typed)> {
    let typed = |text: &str, fault: Option<String>| Typed { value: text.to_owned(), fault };
    let (whole, share) = match (limit(budget), limit(key_share)) {
        (Ok(whole), Ok(share)) => (whole, share),
        (whole, share) => return Err((typed(budget, whole.err()), typed(key_share, share.err()))),
    };
    let all = whole.unwrap_or(SITE_CALLS_PER_MINUTE);
    if share.is_some_and(|share| share > all) {
        let fault =
            format!("It must not be more than all keys have together, {}.", grouped(all.get().into()));
        return Err((typed(budget, None), typed(key_share, Some(fault))));
    }
    Ok(SiteLimits { budget: whole, key_share: share })
}

fn limit(text: &str) -> Result<Option<NonZeroU32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let limit = text.replace(',', "").parse().ok().filter(|limit: &NonZeroU32| limit.get() <= MOST);
    limit.map(Some).ok_or_else(|| format!("It must be a whole number from 1 to {}.", grouped(MOST.into())))
}

fn edit(wanted: Option<NonZeroU32>, now: Option<NonZeroU32>) -> Edit<NonZeroU32> {
    match wanted {
        wanted if wanted == now => Edit::Keep,
        None => Edit::Clear,
        Some(wanted) => Edit::Set(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_whole_numbers_and_a_share_is_a_part() {
        #[track_caller]
        fn check(budget: &str, share: &str, expect: Result<(u32, u32), (bool, bool)>) {
            let read = read(budget, share);
            let number = |limit: Option<NonZeroU32>| limit.map_or(0, NonZeroU32::get);
            let read = read
                .map(|limits| (number(limits.budget), number(limits.key_share)))
                .map_err(|(budget, share)| (budget.fault.is_some(), share.fault.is_some()));
            assert_eq!(read, expect, "{budget:?} {share:?}");
        }
        check("", "", Ok((0, 0)));
        check("1,200", "300", Ok((1_200, 300)));
        check("", "60", Ok((0, 60)));
        check("", "61", Err((false, true))); // the usual budget is 60
        check("10", "11", Err((false, true)));
        check("0", "1.5", Err((true, true)));
        check("-1", "", Err((true, false)));
        check("1000001", "", Err((true, false)));
        check("99999999999", "x", Err((true, true)));
    }
}
