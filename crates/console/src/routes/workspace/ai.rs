use actix_web::HttpResponse;
use leadkeep_domain::{Act, AiFields, AiProvider, Edit};

use super::{current, done, faulty, view};
use crate::{account::Inside, posted::Posted, trouble::Trouble};

/// What stands for the server's own provider: nothing wanted.
const SERVER: &str = "server";

/// POST …/ai
pub(super) async fn change(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ChangeSettings)?;
    let workspace = current(&inside).await?;
    let allowed = inside.account.visitor().state.smart_updates.server_provider();
    let provider = read_provider(posted.get("provider"), workspace.ai.provider, allowed);
    let fields = read_fields(&posted);
    match (provider, fields) {
        (Ok(provider), Ok(fields)) => {
            let now = &workspace.ai;
            let (provider, fields) =
                (edit(provider, now.provider.as_ref()), edit(fields, now.fields.as_ref()));
            if !matches!((&provider, &fields), (Edit::Keep, Edit::Keep)) {
                inside.management()?.set_ai(inside.workspace(), provider, fields).await?;
            }
            Ok(done(&inside, "ai"))
        }
        (provider, fields) => {
            let mut view = view(&inside, &workspace);
            posted.get("provider").trim_start_matches(SERVER).clone_into(&mut view.ai.provider);
            view.ai.provider_fault = provider.err().map(str::to_owned);
            view.ai.fields = posted.all("field").map(str::to_owned).collect();
            view.ai.fields_fault = fields.err().map(str::to_owned);
            faulty(&inside, &view)
        }
    }
}

/// What the workspace wants; none for the server's. More than the server allows may stay, but not be chosen.
fn read_provider(
    typed: &str,
    now: Option<AiProvider>,
    allowed: AiProvider,
) -> Result<Option<AiProvider>, &'static str> {
    if typed == SERVER {
        return Ok(None);
    }
    let chosen = typed.parse().map_err(|_| "Choose one of them.")?;
    if chosen > allowed && now != Some(chosen) {
        return Err("This server has no such reader. Choose one of them.");
    }
    Ok(Some(chosen))
}

/// The fields that are ticked; none for all that a text may set anywhere.
fn read_fields(posted: &Posted) -> Result<Option<AiFields>, &'static str> {
    let ticked: Vec<&str> = posted.all("field").collect();
    let fields: AiFields = ticked
        .join(",")
        .parse()
        .map_err(|_| "Tick at least one. To let texts set nothing, choose that nobody reads them.")?;
    let are_all = fields.as_slice() == AiFields::ANYWHERE;
    Ok((!are_all).then_some(fields))
}

/// What changes.
fn edit<T: PartialEq>(wanted: Option<T>, now: Option<&T>) -> Edit<T> {
    match wanted {
        wanted if wanted.as_ref() == now => Edit::Keep,
        None => Edit::Clear,
        Some(wanted) => Edit::Set(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_chooses_what_the_server_has() {
        use AiProvider::{Off, OpenAi, Rules};
        for (typed, now, allowed, expect) in [
            ("server", Some(Off), Rules, Some(None)),
            ("off", None, Rules, Some(Some(Off))),
            ("openai", None, Rules, None),
            ("openai", Some(OpenAi), Rules, Some(Some(OpenAi))),
            ("openai", None, OpenAi, Some(Some(OpenAi))),
            ("", None, OpenAi, None),
        ] {
            assert_eq!(read_provider(typed, now, allowed).ok(), expect, "{typed} {now:?} {allowed}");
        }
    }
}
