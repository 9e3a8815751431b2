-- Up Migration

-- Every table is led by account_id, so that an account lives on one shard and no transaction crosses two
-- (docs/scale.md). A merchant is an account of its own; so is its orders' home.

CREATE TABLE account (
  account_id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('payer', 'merchant')),
  label text NOT NULL,
  created_at timestamptz NOT NULL
);

-- Only the hash of a code is kept; it is the authority for one activation.
CREATE TABLE activation_code (
  account_id text NOT NULL REFERENCES account,
  code_hash bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, code_hash)
);
CREATE INDEX activation_code_by_hash ON activation_code (code_hash);

CREATE TABLE device (
  account_id text NOT NULL REFERENCES account,
  device_id text NOT NULL,
  label text NOT NULL,
  device_key jsonb NOT NULL,
  factor text NOT NULL CHECK (factor IN ('pin', 'passkey')),
  -- pin: the consent key as JWK.
  consent_key jsonb,
  -- passkey: what a WebAuthn assertion is verified against.
  credential_id text,
  credential_key bytea,
  rp_id text,
  rp_origin text,
  sign_count bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (account_id, device_id),
  CHECK ((factor = 'pin') = (consent_key IS NOT NULL)),
  CHECK ((factor = 'passkey') = (credential_id IS NOT NULL AND credential_key IS NOT NULL
    AND rp_id IS NOT NULL AND rp_origin IS NOT NULL))
);

-- Signed requests seen, so that none is heard twice. Swept when they have expired.
CREATE TABLE device_request (
  account_id text NOT NULL,
  device_id text NOT NULL,
  jti text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, device_id, jti)
);
CREATE INDEX device_request_expiry ON device_request (expires_at);

-- A consent, kept for ever: mandate id and digest can each be used once.
CREATE TABLE mandate (
  account_id text NOT NULL,
  mandate_id text NOT NULL,
  device_id text NOT NULL,
  digest text NOT NULL,
  attempt_id text NOT NULL,
  jws text NOT NULL,
  assertion jsonb,
  "order" jsonb NOT NULL,
  fingerprint text NOT NULL,
  payment_id text NOT NULL,
  -- The first answer, word for word, for replays.
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, mandate_id),
  CONSTRAINT mandate_digest_once UNIQUE (account_id, digest),
  FOREIGN KEY (account_id, device_id) REFERENCES device
);

CREATE TABLE payment (
  account_id text NOT NULL,
  payment_id text NOT NULL,
  mandate_id text NOT NULL,
  device_id text NOT NULL,
  attempt_id text NOT NULL,
  digest text NOT NULL,
  rail text NOT NULL CHECK (rail IN ('shop', 'wallet')),
  state text NOT NULL CHECK (state IN ('authorised', 'settled', 'failed', 'voided')),
  amount bigint NOT NULL CHECK (amount >= 0),
  currency char(3) NOT NULL,
  payee_id text NOT NULL,
  payee_website text NOT NULL,
  -- Order at an integrated merchant.
  merchant_order_id text,
  outcome_detail text,
  receipt text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, payment_id),
  CONSTRAINT payment_mandate_once UNIQUE (account_id, mandate_id)
);
-- One attempt is paid once, whatever the order looks like by then.
CREATE UNIQUE INDEX payment_attempt_once ON payment (account_id, attempt_id)
  WHERE state IN ('authorised', 'settled');

CREATE TABLE payment_event (
  account_id text NOT NULL,
  payment_id text NOT NULL,
  state text NOT NULL,
  detail text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (account_id, payment_id, state)
);

CREATE TABLE merchant (
  account_id text PRIMARY KEY REFERENCES account,
  name text NOT NULL,
  origin text NOT NULL,
  key_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- account_id is the merchant's. An order is claimed for one mandate before that mandate is authorised, so that payer
-- and merchant never need one transaction (docs/decisions/020).
CREATE TABLE merchant_order (
  account_id text NOT NULL REFERENCES merchant,
  order_id text NOT NULL,
  reference text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency char(3) NOT NULL,
  description text NOT NULL,
  origin text NOT NULL,
  claimed_account text,
  claimed_mandate text,
  -- After this the claim's mandate can no longer be authorised.
  claimed_until timestamptz,
  consumed_at timestamptz,
  consumed_key text,
  consumed_answer jsonb,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, order_id),
  CONSTRAINT merchant_reference_once UNIQUE (account_id, reference)
);

-- Keys that sign for the backend itself.
CREATE TABLE backend_key (
  purpose text NOT NULL,
  key_id text NOT NULL,
  private_jwk jsonb NOT NULL,
  public_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (purpose, key_id)
);

-- Down Migration

DROP TABLE backend_key, merchant_order, merchant, payment_event, payment, mandate, device_request, device,
  activation_code, account;
