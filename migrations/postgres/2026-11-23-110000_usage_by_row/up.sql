-- How calls ended is four columns of a row: a quarter of the rows to read and to write. Months are counted, too: a year is twelve of them.

-- What a server counts meanwhile waits, and is not lost between the copy and the old table's end; one of before counts no more behind it.
LOCK TABLE usage_minutes, usage_hours, usage_days IN ACCESS EXCLUSIVE MODE;

CREATE TABLE new_usage_minutes (
    workspace_id  UUID NOT NULL,
    minute        TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    ok            BIGINT NOT NULL,
    limited       BIGINT NOT NULL,
    unauthorized  BIGINT NOT NULL,
    error         BIGINT NOT NULL,
    CONSTRAINT new_usage_minutes_pkey PRIMARY KEY (workspace_id, minute, credential_id)
);
INSERT INTO new_usage_minutes (workspace_id, minute, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, minute, credential_id,
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'ok'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'limited'), 0),
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'unauthorized'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'error'), 0)
    FROM usage_minutes GROUP BY 1, 2, 3;
DROP TABLE usage_minutes;
ALTER TABLE new_usage_minutes RENAME TO usage_minutes;
ALTER TABLE usage_minutes RENAME CONSTRAINT new_usage_minutes_pkey TO usage_minutes_pkey;
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE new_usage_hours (
    workspace_id  UUID NOT NULL,
    hour          TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    ok            BIGINT NOT NULL,
    limited       BIGINT NOT NULL,
    unauthorized  BIGINT NOT NULL,
    error         BIGINT NOT NULL,
    CONSTRAINT new_usage_hours_pkey PRIMARY KEY (workspace_id, hour, credential_id)
);
INSERT INTO new_usage_hours (workspace_id, hour, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, hour, credential_id,
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'ok'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'limited'), 0),
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'unauthorized'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'error'), 0)
    FROM usage_hours GROUP BY 1, 2, 3;
DROP TABLE usage_hours;
ALTER TABLE new_usage_hours RENAME TO usage_hours;
ALTER TABLE usage_hours RENAME CONSTRAINT new_usage_hours_pkey TO usage_hours_pkey;
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE new_usage_days (
    workspace_id  UUID NOT NULL,
    day           TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    ok            BIGINT NOT NULL,
    limited       BIGINT NOT NULL,
    unauthorized  BIGINT NOT NULL,
    error         BIGINT NOT NULL,
    CONSTRAINT new_usage_days_pkey PRIMARY KEY (workspace_id, day, credential_id)
);
INSERT INTO new_usage_days (workspace_id, day, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, day, credential_id,
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'ok'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'limited'), 0),
        COALESCE(SUM(calls) FILTER (WHERE outcome = 'unauthorized'), 0), COALESCE(SUM(calls) FILTER (WHERE outcome = 'error'), 0)
    FROM usage_days GROUP BY 1, 2, 3;
DROP TABLE usage_days;
ALTER TABLE new_usage_days RENAME TO usage_days;
ALTER TABLE usage_days RENAME CONSTRAINT new_usage_days_pkey TO usage_days_pkey;
CREATE INDEX usage_days_by_age ON usage_days (day);

CREATE TABLE usage_months (
    workspace_id  UUID NOT NULL,
    month         TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    ok            BIGINT NOT NULL,
    limited       BIGINT NOT NULL,
    unauthorized  BIGINT NOT NULL,
    error         BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, month, credential_id)
);
INSERT INTO usage_months (workspace_id, month, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, date_trunc('month', day, 'UTC'), credential_id,
        SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_days GROUP BY 1, 2, 3;
CREATE INDEX usage_months_by_age ON usage_months (month);

-- The audit log is read in the order of time, and by days: the id parts only what happened at the same moment.
DROP INDEX audit_log_by_workspace;
DROP INDEX audit_log_by_action;
DROP INDEX audit_log_by_actor;
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, created_at, id);
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, created_at, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, created_at, id);

-- What a lead's words are has changed a little: behind the migrations all are written anew.
DELETE FROM lead_words;
