-- Up Migration

-- The device is authenticated by the very request that writes the mandate; a second look-up, with a lock on the
-- device's row, at every payment buys nothing.
ALTER TABLE mandate DROP CONSTRAINT mandate_account_id_device_id_fkey;

-- Down Migration

ALTER TABLE mandate ADD FOREIGN KEY (account_id, device_id) REFERENCES device;
