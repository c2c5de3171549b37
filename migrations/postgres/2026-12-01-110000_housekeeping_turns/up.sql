-- Until when some node does the housekeeping, or has done it: the others leave it to that one.
ALTER TABLE installation ADD COLUMN housekept_until TIMESTAMPTZ;
