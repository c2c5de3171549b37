//! Tests with a browser, in a package of their own: what drives it would change how JSON is written in all other tests that are
//! built with it, and `make test` needs no browser.
