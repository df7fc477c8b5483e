-- changes: what the fact tables' triggers append, and nothing else. One row a person and counted key of a statement:
-- kind says which facts (1 bookings, 2 registrations, 3 events), n how many came (+) or went (-), 0 where the person
-- alone is meant. A row with recount = true says "count this kind again".
-- taken: the snapshots at which changes were taken; the newest row counts.
-- waiting: people to recompute, one row each, numbered in order of taking.
-- heavy: of those who wait, people with very many facts, whose turn comes now and then.
-- set_aside: people whose facts can't be computed, with the database's words.
-- recounts: what must be counted again from the facts: kinds 1 to 3, or 0 for the sums of people; not before some
-- minutes after the last such time (recounted) where a trigger failed, for it may fail at every statement.
-- gate: an empty table; who locks it folds.

CREATE TABLE hsl.gate ();

CREATE TABLE hsl.changes (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind smallint NOT NULL,
  user_id bigint,
  name text,                -- booking: course_stream; registration: lesson_type; event: event_type
  course_id integer,        -- booking
  confirmed integer,        -- booking
  lesson_type text,         -- event 'lesson_link_clicked': details.lesson_type
  lesson_date date,         -- registration: lesson_date; such an event: details.lesson_date
  quarter timestamptz,      -- start of the quarter-hour (UTC) of the fact's time; NULL where it has none
  n integer NOT NULL DEFAULT 0,
  recount boolean NOT NULL DEFAULT false,
  reason text               -- recount: why (TRUNCATE, or the error's SQLSTATE and words)
) WITH (vacuum_truncate = off, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX changes_xid ON hsl.changes (xid);

CREATE TABLE hsl.taken (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  snapshot pg_snapshot NOT NULL,
  system_identifier bigint NOT NULL,
  time_zone text NOT NULL,       -- in which days were counted
  waiting_after bigint NOT NULL, -- nobody waits at or below this number
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE hsl.waiting (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL UNIQUE,
  lessons boolean NOT NULL DEFAULT true, -- whether a registration or a click on a lesson's link may have changed
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE hsl.heavy (
  user_id bigint PRIMARY KEY,
  lessons boolean NOT NULL,
  since timestamptz NOT NULL
);

CREATE TABLE hsl.set_aside (
  user_id bigint PRIMARY KEY,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE hsl.recounts (
  kind smallint PRIMARY KEY,
  reason text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  not_before timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE hsl.recounted (
  kind smallint PRIMARY KEY,
  at timestamptz NOT NULL
);

-- A bot may publish FOR ALL TABLES: rows of a table without a key could then not be deleted.
ALTER TABLE hsl.changes REPLICA IDENTITY FULL;
