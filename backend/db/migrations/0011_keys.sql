-- Up Migration

-- Keys that a device has signed with before: what they signed stays verifiable, and none of them comes back.
CREATE TABLE former_device_key (
  account_id text NOT NULL REFERENCES account,
  device_id text NOT NULL,
  -- RFC 7638 thumbprint.
  key_id text NOT NULL,
  public_jwk jsonb NOT NULL,
  retired_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, device_id, key_id)
);

-- The key before says, signed, which one follows it; null for the first one.
ALTER TABLE backend_key ADD COLUMN handover text;

-- Down Migration

ALTER TABLE backend_key DROP COLUMN handover;
DROP TABLE former_device_key;
