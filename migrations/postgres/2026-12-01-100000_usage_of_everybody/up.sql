-- The calls of all of a workspace's credentials together are rows of their own, with no credential: what is drawn of a week is 168 rows, however
-- many credentials there are.

-- What a server counts meanwhile waits, and is in both the credential's row and everybody's or in neither.
LOCK TABLE usage_minutes, usage_hours, usage_days, usage_months IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO usage_minutes (workspace_id, minute, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, minute, '00000000-0000-0000-0000-000000000000'::uuid, CAST(SUM(ok) AS BIGINT), CAST(SUM(limited) AS BIGINT), CAST(SUM(unauthorized) AS BIGINT), CAST(SUM(error) AS BIGINT)
    FROM usage_minutes GROUP BY workspace_id, minute;
INSERT INTO usage_hours (workspace_id, hour, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, hour, '00000000-0000-0000-0000-000000000000'::uuid, CAST(SUM(ok) AS BIGINT), CAST(SUM(limited) AS BIGINT), CAST(SUM(unauthorized) AS BIGINT), CAST(SUM(error) AS BIGINT)
    FROM usage_hours GROUP BY workspace_id, hour;
INSERT INTO usage_days (workspace_id, day, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, day, '00000000-0000-0000-0000-000000000000'::uuid, CAST(SUM(ok) AS BIGINT), CAST(SUM(limited) AS BIGINT), CAST(SUM(unauthorized) AS BIGINT), CAST(SUM(error) AS BIGINT)
    FROM usage_days GROUP BY workspace_id, day;
INSERT INTO usage_months (workspace_id, month, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, month, '00000000-0000-0000-0000-000000000000'::uuid, CAST(SUM(ok) AS BIGINT), CAST(SUM(limited) AS BIGINT), CAST(SUM(unauthorized) AS BIGINT), CAST(SUM(error) AS BIGINT)
    FROM usage_months GROUP BY workspace_id, month;
