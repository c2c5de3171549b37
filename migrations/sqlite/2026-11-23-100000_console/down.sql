DELETE FROM sqlite_stat1 WHERE tbl IN ('lead_words', 'audit_log', 'usage_minutes', 'usage_hours', 'usage_days');
DROP TABLE lead_words;
DROP INDEX audit_log_by_actor;
DROP INDEX audit_log_by_action;
ALTER TABLE audit_log DROP COLUMN address;
DROP INDEX usage_hours_by_age;
DROP TABLE usage_days;
DROP TABLE usage_minutes;
