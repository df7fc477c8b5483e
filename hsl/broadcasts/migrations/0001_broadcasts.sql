-- What we know of messages beyond the specification's columns of message_history and message_recipients, which stay as
-- they are: a program of the school's own may read and write them too. No foreign key leads there: on a table that was
-- there before us it would change what its program's statements do.

-- A row a message of ours. A message without one is another program's, shown and never touched.
CREATE TABLE hsl.broadcasts (
  message_id integer PRIMARY KEY,
  bot_id bigint,                        -- whose message it is, from its start
  status text NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled', 'failed')),
  audience jsonb NOT NULL DEFAULT '{}', -- groups, people, filters, minus (hsl/broadcasts/audience.py)
  content jsonb NOT NULL DEFAULT '{}',  -- hsl/broadcasts/content.py
  scheduled_at timestamptz,
  quiet boolean NOT NULL DEFAULT false, -- waits out the school's quiet hours
  individual boolean NOT NULL DEFAULT false, -- to one person: goes ahead of the others
  started_at timestamptz,               -- its people were chosen then
  finished_at timestamptz,
  resumes_at timestamptz,               -- of a pause that ends by itself
  paused_reason text,                   -- operator, quiet, missed, or a reason of telegram/outcomes.py
  paused_words text,                    -- Telegram's own
  mark integer NOT NULL DEFAULT 0,      -- the claim goes forward from this recipient; at most one update a second
  last_recipient integer NOT NULL DEFAULT 0,
  left_out integer NOT NULL DEFAULT 0,  -- people of the audience whom the bot can't reach, left out at the start
  created_by bigint,
  idempotency_key text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX broadcasts_live ON hsl.broadcasts (status) WHERE status IN ('scheduled', 'sending', 'paused');

-- A row a recipient who was claimed at least once: the newest attempt.
CREATE TABLE hsl.deliveries (
  recipient_id integer PRIMARY KEY,
  message_id integer NOT NULL,
  token bigint NOT NULL,                -- of the claim: who holds another can't settle this attempt
  sender bigint NOT NULL,
  claimed_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 1,
  not_before timestamptz,               -- of a row put back
  settled_at timestamptz,
  reason text NOT NULL DEFAULT '',
  words text NOT NULL DEFAULT ''
) WITH (fillfactor = 80);
CREATE INDEX deliveries_put_back ON hsl.deliveries (message_id, not_before) WHERE not_before IS NOT NULL;
CREATE SEQUENCE hsl.claim_token;

-- How many recipients of a message are in each state and why: differences, appended; now and then added together
-- (sender/settle.sql), because a row that is updated over and over slows everybody under an old snapshot.
CREATE TABLE hsl.delivery_counts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id integer NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  people integer NOT NULL
);
CREATE INDEX delivery_counts_message ON hsl.delivery_counts (message_id);

-- A row a bot: the budget that all workers share, and what holds it.
CREATE TABLE hsl.bots (
  bot_id bigint PRIMARY KEY,
  username text NOT NULL DEFAULT '',
  paid boolean NOT NULL DEFAULT false,  -- the owner lets it send above the free 30 a second, for Stars
  next_at timestamptz NOT NULL DEFAULT 'epoch',   -- up to here permits are leased
  rate_from real NOT NULL DEFAULT 25,   -- messages a second, from which it climbs
  rate_since timestamptz NOT NULL DEFAULT 'epoch',
  climb_seconds real NOT NULL DEFAULT 3,
  lessee bigint,                        -- the sender of the newest lease
  held_until timestamptz,               -- Telegram asks to wait
  held_reason text NOT NULL DEFAULT '',
  probing_since timestamptz,            -- an answer was lost: nothing goes out until getMe is answered
  wrong text,                           -- Telegram's words where it refuses the token
  seen_at timestamptz                   -- when it last answered
) WITH (fillfactor = 20);

-- A row a worker that sends.
CREATE TABLE hsl.senders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  stopped_at timestamptz
) WITH (fillfactor = 20);

-- Where a person's chat moved to (migrate_to_chat_id).
CREATE TABLE hsl.chat_moves (
  bot_id bigint NOT NULL,
  user_id bigint NOT NULL,
  chat_id bigint NOT NULL,
  PRIMARY KEY (bot_id, user_id)
);

-- Editing a sent message for everybody, or recalling it: an act, and a row a recipient.
CREATE TABLE hsl.message_acts (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('edit', 'recall')),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'done', 'cancelled')),
  content jsonb,
  mark integer NOT NULL DEFAULT 0,
  paused_reason text,
  paused_words text,
  sender bigint,                        -- who is at it: one at a time
  created_by bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX message_acts_message ON hsl.message_acts (message_id);
CREATE TABLE hsl.message_act_rows (
  act_id integer NOT NULL REFERENCES hsl.message_acts ON DELETE CASCADE,
  recipient_id integer NOT NULL,
  state text NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'done', 'refused')),
  reason text NOT NULL DEFAULT '',
  words text NOT NULL DEFAULT '',
  PRIMARY KEY (act_id, recipient_id)
) WITH (fillfactor = 80);
