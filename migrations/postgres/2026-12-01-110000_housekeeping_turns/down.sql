ALTER TABLE installation DROP COLUMN housekept_until;
