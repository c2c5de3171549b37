-- Keys of requests that must be done once. A key without a status is reserved by a request that is being done; the answer is
-- written in the transaction that does it.
CREATE TABLE idempotency_keys (
    credential_id  UUID NOT NULL,
    key            TEXT COLLATE "C" NOT NULL,
    fingerprint    BYTEA NOT NULL,
    reservation    UUID NOT NULL,
    reserved_until TIMESTAMPTZ NOT NULL,
    status         INTEGER,
    etag           TEXT,
    location       TEXT,
    body           BYTEA,
    created_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (credential_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
