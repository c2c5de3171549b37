-- Which invitations are the first owner's setup links: those that the operator makes otherwise may name no e-mail either, and no setup link ends them.
-- Links that are pending can't be told apart: they stay invitations, and end in their time.
ALTER TABLE invitations ADD COLUMN is_setup BOOLEAN NOT NULL DEFAULT FALSE;
