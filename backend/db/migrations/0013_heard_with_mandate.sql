-- Up Migration

-- The signed request that brought the mandate, where one statement heard it and used the mandate: it needs no row of its
-- own among the requests heard. A token is bound to its path and body, so it can only come back with the same mandate.
ALTER TABLE mandate ADD COLUMN request_jti text;

-- Down Migration

-- Tokens that were heard in this way live two minutes; stop every backend for as long before.
ALTER TABLE mandate DROP COLUMN request_jti;
