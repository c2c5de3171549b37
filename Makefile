# `make run` serves the API with data under ./data; `make test` proves it. CI runs `make ci`.
.DEFAULT_GOAL := help

# One selection of crates and features for whatever is built to be tested: with another, every dependency is compiled once more. Without the
# browser's tests: what they need turns features on that the product does not have.
all := --workspace --exclude leadkeep-browser-tests --all-features --locked
in_browser := --locked -p leadkeep-browser-tests
built := $(abspath $(or $(CARGO_TARGET_DIR),target))
debug := $(built)/debug
browser := LEADKEEP_AXE="$$(scripts/browser axe)" LEADKEEP_TEST_BINARY="$(debug)/leadkeep"
.PHONY: help run test test-browser screenshots ci lint fmt docs deny unused layers migrations deploy openapi scripts advisories bench bench-pages bench-scale bench-storage flamegraph eval test-llm tools nextest

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## build and serve on 127.0.0.1:8080, with data under ./data
	@scripts/tools compiler
	cargo run --release --locked --bin leadkeep -- demo

test: nextest ## all tests, from nothing: brings its own PostgreSQL up
	@scripts/tools curl node npm python3
	scripts/postgres install
	@scripts/tools redis-server
	# All but those that need a browser: `make test-browser` runs them.
	scripts/postgres run cargo nextest run $(all) --no-fail-fast
	scripts/openapi
	scripts/oauth-clients
	cargo test --doc $(all)
	$(debug)/examples/protect_a_service >/dev/null
	$(debug)/examples/protect_actix_web >/dev/null
	$(debug)/examples/limit_a_service >/dev/null

test-browser: nextest ## the console and the consent in Chromium, which it installs
	scripts/browser install
	cargo test $(all) --no-run
	$(debug)/examples/gallery $(built)/gallery
	$(browser) LEADKEEP_GALLERY="$(built)/gallery" \
		cargo nextest run $(in_browser) --no-fail-fast

screenshots: ## pictures of the console's main pages, under docs/images
	scripts/browser install
	cargo test $(all) --no-run
	$(browser) cargo run $(in_browser) -q --example screenshots -- docs/images

eval: ## how well texts are read, on labelled notes: precision, recall, F1
	@scripts/tools compiler
	cargo run --release --locked -q --bin leadkeep -- eval crates/ai/eval/notes.jsonl

test-llm: ## smart update against a small model on this machine; not part of `make test`
	scripts/llm

ci: lint migrations layers deploy test test-browser docs deny unused ## what CI runs
	@echo "make ci: all passed"

lint: ## formatting, and clippy on everything
	@scripts/tools compiler
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

fmt: ## format everything
	cargo fmt --all

docs: ## the documentation of all items, without a broken link
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --document-private-items --locked

deny: ## licences, sources and banned crates
	@scripts/tools cargo-deny
	cargo deny check bans licenses sources

advisories: ## known vulnerabilities of dependencies; needs the network
	@scripts/tools cargo-deny
	cargo deny check advisories

unused: ## dependencies that nobody uses
	@scripts/tools cargo-machete
	cargo machete

layers: ## dependencies point down
	scripts/layers

migrations: ## an older binary can go on beside each
	@scripts/tools python3
	scripts/migrations

deploy: ## what is under deploy/, as compose, haproxy and systemd read it
	scripts/deploy

openapi: nextest ## write the OpenAPI document and its Rust examples, as the tests keep them, anew
	UPDATE_GOLDEN=1 cargo nextest run -p leadkeep-api the_document_is_the_one_that_was_read_before_it_was_committed
	UPDATE_GOLDEN=1 cargo nextest run -p leadkeep-developers --test rust_examples

bench-pages: ## how long the console's pages take in a full workspace; fails over 20 ms or 100 kB; on PostgreSQL, too, where it is named
	cargo bench --locked -q -p leadkeep-console --bench pages

bench: ## requests a second beside a bare server; writes docs/BENCHMARKS.md
	scripts/bench

bench-scale: ## how long reads take in workspaces of 10,000, a million and ten million leads, in hours; writes docs/BENCHMARKS.md
	scripts/bench-scale

flamegraph: ## where the server's time goes in a call: make flamegraph CALL=get|list|create|refuse DATABASE=sqlite|postgres; writes docs/flamegraphs
	scripts/flamegraph $(CALL) $(DATABASE)

bench-storage: ## how long every call of every repository takes, at 10,000 and 1,000,000 leads; writes docs/BENCHMARKS.md
	scripts/bench-storage

nextest:
	@scripts/tools compiler cargo-nextest
