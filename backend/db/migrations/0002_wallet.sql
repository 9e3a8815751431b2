-- Up Migration

ALTER TABLE account ADD COLUMN zone text NOT NULL DEFAULT 'UTC';

-- What happened, in the order in which it became known. Written with the change itself; seq and hashes are given
-- afterwards by the sequencer (log/sequence.ts), so that payments of one account do not queue for a number.
DROP TABLE payment_event;
CREATE TABLE event (
  account_id text NOT NULL,
  event_id bigint GENERATED ALWAYS AS IDENTITY,
  type text NOT NULL,
  subject text NOT NULL,
  -- Agent whose order it is about: an agent sees its own orders only.
  agent_id text,
  data jsonb NOT NULL,
  at timestamptz NOT NULL,
  seq bigint,
  leaf bytea,
  PRIMARY KEY (account_id, event_id)
);
CREATE UNIQUE INDEX event_seq ON event (account_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX event_unsequenced ON event (account_id, event_id) WHERE seq IS NULL;

-- Head of each account's log: size, last link of the chain, and the Merkle tree's complete subtrees.
CREATE TABLE log_head (
  account_id text PRIMARY KEY,
  size bigint NOT NULL,
  last_leaf bytea NOT NULL,
  frontier jsonb NOT NULL,
  root bytea NOT NULL
);

CREATE TABLE agent (
  account_id text NOT NULL REFERENCES account,
  agent_id text NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (account_id, agent_id)
);

CREATE TABLE operator (
  operator_id text PRIMARY KEY,
  label text NOT NULL,
  key_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotency (
  account_id text NOT NULL,
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  status int,
  answer jsonb,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, principal, route, key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

CREATE TABLE wallet_order (
  account_id text NOT NULL REFERENCES account,
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('purchase', 'tip', 'subscription', 'renewal')),
  state text NOT NULL CHECK (state IN ('requested', 'approved', 'authorised', 'settled', 'cancelled', 'rejected',
    'expired', 'failed', 'unknown')),
  version int NOT NULL,
  agent_id text,
  parent_id text,
  subscription_id text,
  "order" jsonb NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency char(3) NOT NULL,
  reason text NOT NULL,
  merchant_order_id text,
  mandate_id text,
  payment_id text,
  -- Raised whenever a charge is begun, so that every charge has a processor key of its own.
  charge_no int NOT NULL DEFAULT 0,
  charge_amount bigint,
  processor text NOT NULL,
  processor_ref text,
  -- Processor call under way: no other may begin, and after 'capture' it is too late to cancel.
  processing text CHECK (processing IN ('authorise', 'capture', 'void')),
  captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
  refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
  failure text,
  settles_at timestamptz,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, order_id),
  CONSTRAINT refund_within_capture CHECK (refunded <= captured),
  CONSTRAINT capture_within_charge CHECK (captured <= coalesce(charge_amount, 0))
);
CREATE INDEX wallet_order_by_state ON wallet_order (account_id, state, created_at);
CREATE INDEX wallet_order_expiry ON wallet_order (expires_at) WHERE state = 'requested';
CREATE INDEX wallet_order_settling ON wallet_order (settles_at) WHERE state = 'authorised' AND processing IS NULL;

-- The outbox and the recovery points in one: a row is written with the change that wants it, marked 'sent' before
-- the processor is called, and resolved afterwards. The key is the processor's idempotency key.
CREATE TABLE processor_call (
  account_id text NOT NULL,
  key text NOT NULL,
  order_id text NOT NULL,
  refund_id text,
  operation text NOT NULL CHECK (operation IN ('authorise', 'capture', 'void', 'refund')),
  processor text NOT NULL,
  processor_ref text,
  amount bigint NOT NULL CHECK (amount > 0),
  currency char(3) NOT NULL,
  state text NOT NULL CHECK (state IN ('ready', 'sent', 'succeeded', 'declined', 'dropped')),
  failure text,
  tries int NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_until timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX processor_call_due ON processor_call (due_at) WHERE state IN ('ready', 'sent');

CREATE TABLE refund (
  account_id text NOT NULL,
  refund_id text NOT NULL,
  order_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed', 'unknown')),
  amount bigint NOT NULL CHECK (amount > 0),
  currency char(3) NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, refund_id)
);

-- Double entry: the rows of one posting add up to nothing, currency by currency.
CREATE TABLE entry (
  account_id text NOT NULL,
  posting text NOT NULL,
  book text NOT NULL,
  amount bigint NOT NULL,
  currency char(3) NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (account_id, posting, book)
);

-- The sandbox processor's own books: what an outside processor would keep. Never joined with ours.
CREATE TABLE sandbox_operation (
  key text PRIMARY KEY,
  operation text NOT NULL,
  reference text NOT NULL,
  amount bigint NOT NULL,
  currency char(3) NOT NULL,
  outcome text NOT NULL,
  failure text,
  executions int NOT NULL,
  at timestamptz NOT NULL
);

-- Down Migration

DROP TABLE sandbox_operation, entry, refund, processor_call, wallet_order, idempotency, operator, agent, log_head,
  event;
CREATE TABLE payment_event (account_id text NOT NULL, payment_id text NOT NULL, state text NOT NULL,
  detail text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (account_id, payment_id, state));
ALTER TABLE account DROP COLUMN zone;
