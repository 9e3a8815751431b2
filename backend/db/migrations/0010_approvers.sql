-- Up Migration

-- Invites one more device of the person; the token is in the QR code and kept only as a hash.
CREATE TABLE approver_invitation (
  account_id text NOT NULL REFERENCES account,
  token_hash bytea NOT NULL,
  device_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, token_hash)
);

-- A device that can approve and nothing else.
CREATE TABLE approver (
  account_id text NOT NULL REFERENCES account,
  approver_id text NOT NULL,
  label text NOT NULL,
  key_hash bytea NOT NULL,
  credential_id text NOT NULL,
  credential_key bytea NOT NULL,
  rp_id text NOT NULL,
  rp_origin text NOT NULL,
  sign_count bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (account_id, approver_id)
);

CREATE TABLE approval (
  account_id text NOT NULL REFERENCES account,
  approval_id text NOT NULL,
  device_id text NOT NULL,
  attempt_id text NOT NULL,
  digest text NOT NULL,
  "order" jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'used')),
  approver_id text,
  assertion jsonb,
  statement text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  decided_at timestamptz,
  PRIMARY KEY (account_id, approval_id),
  -- Asking again about the same order is the same question.
  CONSTRAINT approval_once UNIQUE (account_id, device_id, digest)
);
CREATE INDEX approval_pending ON approval (account_id, expires_at) WHERE state = 'pending';

-- Once set, nothing is authorised for the account but what was approved on another device.
ALTER TABLE account ADD COLUMN approver_required boolean NOT NULL DEFAULT false;

-- Down Migration

ALTER TABLE account DROP COLUMN approver_required;
DROP TABLE approval, approver, approver_invitation;
