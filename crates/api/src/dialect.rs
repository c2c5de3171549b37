/// One of the API's public faces: the same resources under a prefix of its own. What differs is here, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What people call it.
    pub name: &'static str,
    /// What its paths begin with.
    pub prefix: &'static str,
}

impl Dialect {
    /// The canonical dialect, of Slokoto's document.
    pub const SLOKOTO: Self = Self { name: "slokoto", prefix: "/api/v1" };
}
