-- Up Migration

-- What the person has agreed to is a limit that the database itself keeps: no renewal costs more. `proposed` is what the
-- merchant wants beyond it; until that is consented to, nothing is charged.
ALTER TABLE subscription ADD COLUMN consented bigint;
UPDATE subscription SET consented = price;
ALTER TABLE subscription ALTER COLUMN consented SET NOT NULL;
ALTER TABLE subscription ADD COLUMN proposed bigint;
ALTER TABLE subscription ADD CONSTRAINT subscription_within_consent
  CHECK (price <= consented AND (proposed IS NULL OR proposed > consented));
-- The order whose mandate covers the renewals: the first one, or the last that consented to a higher price.
ALTER TABLE subscription ADD COLUMN consent_order text;
UPDATE subscription SET consent_order = order_id;
ALTER TABLE subscription ALTER COLUMN consent_order SET NOT NULL;

-- Down Migration

ALTER TABLE subscription DROP CONSTRAINT subscription_within_consent;
ALTER TABLE subscription DROP COLUMN consented, DROP COLUMN proposed, DROP COLUMN consent_order;
