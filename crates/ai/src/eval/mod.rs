//! How well a provider does on labelled notes: `eval/README.md` has the format and the scoring.
//!
//! ```
//! use leadkeep_ai::{Rules, eval::{Labelled, Report}};
//!
//! let line = r#"{"id": "1", "kind": "call_note", "as_of": "2025-04-24", "lead": {"email": "jo@x.example", "deal_currency": "USD"},
//!     "text": "Budget is $50k.", "expected": {"deal_value": 5000000}}"#;
//! let labelled = Labelled::parse(line)?;
//! let mut report = Report::default();
//! report.add(&labelled, &Rules::new().read(&labelled.note), 0.0);
//! assert_eq!(report.total.correct, 1);
//! # Ok::<(), leadkeep_ai::eval::LabelError>(())
//! ```

mod labelled;
mod report;
mod triple;

pub use labelled::{LabelError, Labelled};
pub use report::{Band, Count, Report};
pub use triple::Triple;
