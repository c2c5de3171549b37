-- Which invitations are the first owner's setup links: those that the operator makes otherwise may name no e-mail either, and no setup link ends them.
ALTER TABLE invitations ADD COLUMN is_setup BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE invitations SET is_setup = TRUE WHERE email IS NULL AND created_by_member IS NULL AND role = 'owner';
