use serde::Serialize;

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

#[derive(Serialize)]
struct Paged<T> {
    data: T,
    meta: Meta,
}

#[derive(Serialize)]
struct Meta {
    next_cursor: Option<String>,
    has_more: bool,
}

/// One thing: `{"data": …}`.
pub(crate) fn data<T: Serialize>(data: T) -> impl Serialize {
    Data { data }
}

/// A page: `{"data": […], "meta": {"next_cursor", "has_more"}}`.
pub(crate) fn list<T: Serialize>(data: Vec<T>, next_cursor: Option<String>) -> impl Serialize {
    paged(data, next_cursor)
}

/// A page, or one thing with a page of what belongs to it: `{"data": …, "meta": {"next_cursor", "has_more"}}`.
pub(crate) fn paged<T: Serialize>(data: T, next_cursor: Option<String>) -> impl Serialize {
    Paged { data, meta: Meta { has_more: next_cursor.is_some(), next_cursor } }
}
