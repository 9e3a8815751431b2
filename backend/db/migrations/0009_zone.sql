-- Up Migration

-- Changing the zone can open a fresh window early, so it needs consent, and a consent fits one version.
ALTER TABLE account ADD COLUMN zone_version int NOT NULL DEFAULT 0;

-- Down Migration

ALTER TABLE account DROP COLUMN zone_version;
