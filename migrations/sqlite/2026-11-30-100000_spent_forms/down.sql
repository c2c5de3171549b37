DELETE FROM sqlite_stat1 WHERE tbl = 'spent_forms';
DROP TABLE spent_forms;
