-- Up Migration

-- Every payment asks how many of its account's failed lately; mostly none did, and this index knows without reading any.
CREATE INDEX payment_failed ON payment (account_id, created_at) WHERE state = 'failed';

-- Down Migration

DROP INDEX payment_failed;
