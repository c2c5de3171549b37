-- Calls by the minute, kept for two days, and by the day; those by the hour were there before.
CREATE TABLE usage_minutes (
    workspace_id  UUID NOT NULL,
    minute        TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, minute, credential_id, outcome)
);
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE usage_days (
    workspace_id  UUID NOT NULL,
    day           TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day, credential_id, outcome)
);
CREATE INDEX usage_days_by_age ON usage_days (day);
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

INSERT INTO usage_days (workspace_id, day, credential_id, outcome, calls)
    SELECT workspace_id, date_trunc('day', hour, 'UTC'), credential_id, outcome, SUM(calls)
    FROM usage_hours GROUP BY 1, 2, 3, 4;

-- From where something was done, and what finds what somebody did, and who did something.
ALTER TABLE audit_log ADD COLUMN address TEXT;
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, id);

-- The words by which people search for leads: those of the name, the company and the e-mail. They are found by how they begin, byte by byte.
CREATE TABLE lead_words (
    workspace_id UUID NOT NULL,
    word         TEXT COLLATE "C" NOT NULL,
    status       TEXT NOT NULL,
    lead_id      UUID NOT NULL,
    PRIMARY KEY (workspace_id, word, status, lead_id)
);
