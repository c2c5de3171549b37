-- Keys of requests that must be done once. A key without a status is reserved by a request that is being done; the answer is
-- written in the transaction that does it.
CREATE TABLE idempotency_keys (
    credential_id  BLOB    NOT NULL,
    key            TEXT    NOT NULL,
    fingerprint    BLOB    NOT NULL,
    reservation    BLOB    NOT NULL,
    reserved_until INTEGER NOT NULL,
    status         INTEGER,
    etag           TEXT,
    location       TEXT,
    body           BLOB,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (credential_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
