-- Up Migration

-- What is written stays as it was written, whoever is connected: the service owns these tables, so a REVOKE would not bind
-- it. Against the owner's own will nothing in a database helps; that is what hashes, checkpoints and devices are for.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: no %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- An event gets its number and its leaf once, after its commit (log/sequence.ts). Nothing else of it ever changes.
CREATE TRIGGER append_only_update BEFORE UPDATE ON event FOR EACH ROW
  WHEN (OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.leaf IS NULL
    OR (OLD.account_id, OLD.event_id, OLD.type, OLD.subject, OLD.agent_id, OLD.data, OLD.at)
      IS DISTINCT FROM (NEW.account_id, NEW.event_id, NEW.type, NEW.subject, NEW.agent_id, NEW.data, NEW.at))
  EXECUTE FUNCTION append_only();
-- A log only grows.
CREATE TRIGGER append_only_update BEFORE UPDATE ON log_head FOR EACH ROW
  WHEN (NEW.size <= OLD.size OR NEW.account_id <> OLD.account_id) EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON mandate FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON action_mandate FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON former_device_key FOR EACH ROW EXECUTE FUNCTION append_only();

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['event', 'log_head', 'entry', 'mandate', 'action_mandate', 'former_device_key'] LOOP
    EXECUTE format('CREATE TRIGGER append_only_delete BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION append_only()', t);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I EXECUTE FUNCTION append_only()', t);
    -- Also where session_replication_role has switched ordinary triggers off.
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_update, ENABLE ALWAYS TRIGGER append_only_delete,
      ENABLE ALWAYS TRIGGER append_only_truncate', t);
  END LOOP;
END $$;

-- Down Migration

DROP FUNCTION append_only CASCADE;
