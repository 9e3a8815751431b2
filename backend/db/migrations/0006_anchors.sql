-- Up Migration

-- How far the log of a device's own ledger is anchored here. Moved by compare-and-set only, so that a device can never
-- have two pasts countersigned.
CREATE TABLE device_chain (
  account_id text NOT NULL,
  device_id text NOT NULL,
  -- Id of the ledger on the device; one that was erased and begun anew has another.
  ledger text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  hash text NOT NULL,
  anchored_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, device_id, ledger)
);

-- Down Migration

DROP TABLE device_chain;
