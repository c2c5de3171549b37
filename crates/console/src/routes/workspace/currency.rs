use actix_web::HttpResponse;
use leadkeep_domain::{Act, Currency};

use super::{current, done, faulty, view};
use crate::{Typed, account::Inside, posted::Posted, trouble::Trouble};

/// POST …/currency
pub(super) async fn change(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangeSettings)?;
    let typed = posted.get("currency").trim();
    if let Ok(currency) = Currency::parse(&typed.to_ascii_uppercase()) {
        inside.management()?.set_currency(inside.workspace(), currency).await?;
        return Ok(done(&inside, "currency"));
    }
    let mut view = view(&inside, &current(&inside).await?);
    view.currency = Typed::faulty(typed, "It must be the three letters of a currency, such as EUR or USD.");
    faulty(&inside, &view)
}
