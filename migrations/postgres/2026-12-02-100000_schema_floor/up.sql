-- The migrations that whoever works on this database must know, by their names: what they made unused was taken away since. See docs/MIGRATIONS.md.
CREATE TABLE schema_floor (
    oldest TEXT NOT NULL PRIMARY KEY
);
