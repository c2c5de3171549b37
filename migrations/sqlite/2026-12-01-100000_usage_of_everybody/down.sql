DELETE FROM usage_minutes WHERE credential_id = zeroblob(16);
DELETE FROM usage_hours WHERE credential_id = zeroblob(16);
DELETE FROM usage_days WHERE credential_id = zeroblob(16);
DELETE FROM usage_months WHERE credential_id = zeroblob(16);

UPDATE sqlite_stat1 SET stat = '10000000 100000 20 1'
    WHERE (tbl, idx) IN (VALUES
        ('usage_minutes', 'usage_minutes'), ('usage_hours', 'usage_hours'),
        ('usage_days', 'usage_days'), ('usage_months', 'usage_months'));
