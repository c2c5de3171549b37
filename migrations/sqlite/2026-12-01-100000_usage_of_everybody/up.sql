-- The calls of all of a workspace's credentials together are rows of their own, with no credential: what is drawn of a week is 168 rows, however
-- many credentials there are.

INSERT INTO usage_minutes (workspace_id, minute, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, minute, zeroblob(16), SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_minutes GROUP BY workspace_id, minute;
INSERT INTO usage_hours (workspace_id, hour, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, hour, zeroblob(16), SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_hours GROUP BY workspace_id, hour;
INSERT INTO usage_days (workspace_id, day, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, day, zeroblob(16), SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_days GROUP BY workspace_id, day;
INSERT INTO usage_months (workspace_id, month, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, month, zeroblob(16), SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_months GROUP BY workspace_id, month;

-- An hour has the rows of up to some thousand credentials: whoever asks for a few of them is to look these up, and not to read the hour.
UPDATE sqlite_stat1 SET stat = '10000000 100000 2000 1'
    WHERE (tbl, idx) IN (VALUES
        ('usage_minutes', 'usage_minutes'), ('usage_hours', 'usage_hours'),
        ('usage_days', 'usage_days'), ('usage_months', 'usage_months'));
