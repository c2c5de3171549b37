//! axe-core, which knows what keeps people from using a page.

use std::sync::LazyLock;

/// Where it is, as `make test-browser` says.
const PLACE: &str = "LEADKEEP_AXE";

/// What is serious of what it finds: which rule, and where.
pub(crate) const CHECK: &str = "axe.run(document, {resultTypes: ['violations']}).then(found =>
    found.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one =>
        [one.id, ...one.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + ' ' + node.failureSummary.slice(0, 300))]))";

/// The program, to be run within the page. No policy of the page is in its way there.
pub(crate) fn rules() -> &'static str {
    static RULES: LazyLock<String> = LazyLock::new(|| {
        let place = std::env::var(PLACE).unwrap_or_else(|_| {
            panic!("{PLACE} names no file: run `make test-browser`, which installs axe-core")
        });
        let program = std::fs::read_to_string(&place).unwrap_or_else(|error| panic!("{place}: {error}"));
        // An answer that is no program.
        format!("{program};true")
    });
    &RULES
}
