use actix_web::{HttpResponse, web};

use super::{Route, post};
use crate::{
    local_path::LocalPath, posted::Posted, respond::see, theme::Theme, trouble::Trouble,
    visitor::SharedVisitor,
};

pub(super) const ROUTES: &[Route] = &[post("/console/theme", || web::to(choose))];

/// POST /console/theme: light, dark, or the system's for anything else; and back to where it was chosen.
pub(super) async fn choose(visitor: SharedVisitor, posted: Posted) -> Result<HttpResponse, Trouble> {
    let next = LocalPath::parse(posted.get("next")).unwrap_or_else(LocalPath::home);
    let mut response = see(next.as_str());
    response.cookie(Theme::cookie(&visitor.request, Theme::parse(posted.get("theme"))));
    Ok(response.finish())
}
