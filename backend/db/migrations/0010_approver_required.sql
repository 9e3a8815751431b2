-- Up Migration

-- Once set, nothing is authorised for the account but what was approved on another device.
ALTER TABLE account ADD COLUMN approver_required boolean NOT NULL DEFAULT false;

-- Down Migration

ALTER TABLE account DROP COLUMN approver_required;
