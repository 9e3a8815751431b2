-- Up Migration

CREATE TABLE cap (
  account_id text NOT NULL REFERENCES account,
  cap_id text NOT NULL,
  -- Empty for all sites.
  site text NOT NULL,
  cap_window text NOT NULL CHECK (cap_window IN ('order', 'day', 'week', 'month', 'year', 'total')),
  amount bigint NOT NULL CHECK (amount >= 0),
  currency char(3) NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, cap_id),
  CONSTRAINT cap_once UNIQUE (account_id, site, cap_window, currency)
);

-- Consents to anything but an order: each used once for ever.
CREATE TABLE action_mandate (
  account_id text NOT NULL,
  mandate_id text NOT NULL,
  device_id text NOT NULL,
  digest text NOT NULL,
  jws text NOT NULL,
  assertion jsonb,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, mandate_id),
  CONSTRAINT action_digest_once UNIQUE (account_id, digest)
);

-- What a window has seen, and how fast payments come.
CREATE INDEX payment_by_time ON payment (account_id, created_at);

-- Down Migration

DROP INDEX payment_by_time;
DROP TABLE action_mandate, cap;
