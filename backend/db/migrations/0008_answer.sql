-- Up Migration

-- The person's own words to the agent with a rejection: why, or what to change.
ALTER TABLE wallet_order ADD COLUMN answer text;

-- Down Migration

ALTER TABLE wallet_order DROP COLUMN answer;
