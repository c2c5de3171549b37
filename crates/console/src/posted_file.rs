//! Forms that bring a file: proven to be ours by their first field, before anything else of them is read.

use std::{
    cell::RefCell,
    future::{Ready, ready},
    rc::Rc,
};

use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, rt::time::timeout};
use futures_util::StreamExt;

use crate::{
    FORM_TOKEN,
    posted::{PATIENCE, Posted, prove, refuse_cross_site},
    trouble::Trouble,
    visitor::Visitor,
};

/// How long a form's token may be, in bytes.
const LONGEST_TOKEN: usize = 1024;

/// A form that is ours, with all of its fields but the token still to be read.
#[derive(Clone)]
pub(crate) struct PostedFile(Rc<RefCell<Option<Multipart>>>);

impl PostedFile {
    /// Whether the request says that it brings a file.
    pub(crate) fn is_one(request: &HttpRequest) -> bool {
        request.content_type() == "multipart/form-data"
    }

    /// Reads the form's first field, and refuses a form that is not ours.
    pub(crate) async fn read(visitor: &Visitor, payload: Payload) -> Result<Self, Trouble> {
        refuse_cross_site(visitor)?;
        let mut fields = Multipart::new(visitor.request.headers(), payload);
        let unfinished = |_| Trouble::Unreadable("the form did not come to its end");
        let token = timeout(PATIENCE, token(&mut fields)).await.map_err(unfinished)??;
        prove(visitor, &token)?;
        Ok(Self(Rc::new(RefCell::new(Some(fields)))))
    }

    /// The fields, once; none of a form that brought no file.
    pub(crate) fn take(&self) -> Option<Multipart> {
        self.0.borrow_mut().take()
    }
}

/// What is in the first field, if that is the token.
async fn token(fields: &mut Multipart) -> Result<String, Trouble> {
    let unreadable = Trouble::Unreadable("the form can't be read");
    let Some(Ok(mut first)) = fields.next().await else { return Err(unreadable) };
    if first.name() != Some(FORM_TOKEN) {
        return Err(Trouble::StaleForm);
    }
    match first.bytes(LONGEST_TOKEN).await {
        Ok(Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Err(_)) => Err(unreadable),
        Err(_) => Err(Trouble::StaleForm),
    }
}

impl FromRequest for PostedFile {
    type Error = Trouble;
    type Future = Ready<Result<Self, Trouble>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Only the frame leaves one here, and only of a form that is ours; so is one without a file.
        let extensions = request.extensions();
        let without = || extensions.get::<Posted>().map(|_| Self(Rc::default()));
        ready(extensions.get::<Self>().cloned().or_else(without).ok_or(Trouble::StaleForm))
    }
}
