-- Up Migration

CREATE TABLE subscription (
  account_id text NOT NULL REFERENCES account,
  subscription_id text NOT NULL,
  -- The order that was consented to; its mandate covers the renewals.
  order_id text NOT NULL,
  agent_id text,
  state text NOT NULL CHECK (state IN ('active', 'paused', 'cancelled', 'ended')),
  payee text NOT NULL,
  price bigint NOT NULL CHECK (price > 0),
  currency char(3) NOT NULL,
  every int NOT NULL CHECK (every > 0),
  unit text NOT NULL CHECK (unit IN ('day', 'week', 'month', 'year')),
  zone text NOT NULL,
  -- First renewal; all others are counted from it.
  anchor date NOT NULL,
  renewals int NOT NULL DEFAULT 0,
  failures int NOT NULL DEFAULT 0,
  pending_order text,
  noticed boolean NOT NULL DEFAULT false,
  next_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, subscription_id),
  CONSTRAINT subscription_once UNIQUE (account_id, order_id)
);
CREATE INDEX subscription_due ON subscription (next_at) WHERE state = 'active';

CREATE TABLE allowance (
  account_id text NOT NULL REFERENCES account,
  allowance_id text NOT NULL,
  mandate_id text NOT NULL,
  device_id text NOT NULL,
  agent_id text NOT NULL,
  payee text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  per_order bigint NOT NULL CHECK (per_order > 0),
  currency char(3) NOT NULL,
  used bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, allowance_id),
  CONSTRAINT allowance_within CHECK (used >= 0 AND used <= amount)
);

-- What a payment drew from, so that it flows back when nothing is paid.
ALTER TABLE payment ADD COLUMN allowance_id text;

CREATE TABLE claim (
  account_id text NOT NULL REFERENCES account,
  claim_id text NOT NULL,
  payment_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'compensated', 'declined', 'appealed')),
  reason text NOT NULL,
  statement text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency char(3) NOT NULL,
  decision text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, claim_id),
  -- One claim for a payment; another view of it is an appeal.
  CONSTRAINT claim_once UNIQUE (account_id, payment_id)
);

-- Down Migration

ALTER TABLE payment DROP COLUMN allowance_id;
DROP TABLE claim, allowance, subscription;
