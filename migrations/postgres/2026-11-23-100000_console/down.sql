DROP TABLE lead_words;
DROP INDEX audit_log_by_actor;
DROP INDEX audit_log_by_action;
ALTER TABLE audit_log DROP COLUMN address;
DROP INDEX usage_hours_by_age;
DROP TABLE usage_days;
DROP TABLE usage_minutes;
