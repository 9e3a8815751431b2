-- Up Migration

-- Allowances for the shop rail of one device: no agent is named there, and the number of orders is limited too.
ALTER TABLE allowance ALTER COLUMN agent_id DROP NOT NULL;
ALTER TABLE allowance ADD COLUMN max_uses int CHECK (max_uses > 0);
ALTER TABLE allowance ADD COLUMN uses int NOT NULL DEFAULT 0;
ALTER TABLE allowance ADD CONSTRAINT allowance_counted CHECK (max_uses IS NULL OR uses <= max_uses);
ALTER TABLE allowance ADD CONSTRAINT allowance_shop_rail CHECK (agent_id IS NOT NULL OR max_uses IS NOT NULL);
CREATE INDEX allowance_consent ON allowance (account_id, mandate_id);

-- Down Migration

DROP INDEX allowance_consent;
DELETE FROM allowance WHERE agent_id IS NULL;
ALTER TABLE allowance DROP CONSTRAINT allowance_shop_rail;
ALTER TABLE allowance DROP CONSTRAINT allowance_counted;
ALTER TABLE allowance DROP COLUMN uses;
ALTER TABLE allowance DROP COLUMN max_uses;
ALTER TABLE allowance ALTER COLUMN agent_id SET NOT NULL;
