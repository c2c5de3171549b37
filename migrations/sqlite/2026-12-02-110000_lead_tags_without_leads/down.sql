CREATE INDEX lead_tags_by_lead ON lead_tags (workspace_id, lead_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('lead_tags', 'lead_tags_by_lead', '2000000 200000 2');
