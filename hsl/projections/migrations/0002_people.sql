-- A row a person. What each column keeps stands in sql/<projection>.sql beside its definition.

CREATE SEQUENCE hsl.revision;

CREATE TABLE hsl.user_cache (
  user_id bigint PRIMARY KEY,
  first_letter text NOT NULL,
  username text,
  first_name text,
  course_stream text,
  status text NOT NULL,          -- lead, pending, student, former
  email text,
  referral_code text,
  names text NOT NULL,           -- every name the person ever had, folded, one a line
  sort_name text NOT NULL,       -- folded first name, else username, at most 64 characters, with е for ё
  revision bigint NOT NULL
);
CREATE INDEX user_cache_by_name ON hsl.user_cache (sort_name COLLATE "C", user_id);
CREATE INDEX user_cache_found ON hsl.user_cache
  ((left(username, 64)) COLLATE "C", (left(first_name, 64)) COLLATE "C", user_id);
CREATE INDEX user_cache_status ON hsl.user_cache (status, user_id);
CREATE INDEX user_cache_revision ON hsl.user_cache (revision);
CREATE INDEX user_cache_email ON hsl.user_cache (hsl.key(lower(email))) WHERE email IS NOT NULL;

CREATE TABLE hsl.user_activity (
  user_id bigint PRIMARY KEY,
  bookings integer NOT NULL,
  registrations integer NOT NULL,
  events integer NOT NULL,
  attendances integer NOT NULL,      -- clicks on the link of a lesson that the event names
  paid boolean NOT NULL,             -- has a confirmed booking
  first_seen timestamptz NOT NULL,   -- '0001-01-02' where no fact of theirs has a time
  last_seen timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX user_activity_last_seen ON hsl.user_activity (last_seen, user_id);
CREATE INDEX user_activity_first_seen ON hsl.user_activity (first_seen, user_id);

CREATE TABLE hsl.memberships (
  user_id bigint NOT NULL,
  course_id integer NOT NULL,    -- 0 where the booking names none
  course_stream text NOT NULL,
  status integer,                -- best of the bookings there: 2, 1, NULL (new: 0 or NULL), -1
  since timestamptz NOT NULL     -- of the first booking of that status there
);
CREATE UNIQUE INDEX memberships_person ON hsl.memberships (user_id, course_id, hsl.key(course_stream));
CREATE INDEX memberships_stream ON hsl.memberships (hsl.key(course_stream), status, user_id);

CREATE TABLE hsl.lesson_people (
  user_id bigint NOT NULL,
  lesson_type text,
  first_registered timestamptz,
  first_came timestamptz,
  last_came timestamptz,
  registrations integer NOT NULL,
  attendances integer NOT NULL,
  registered_on date[] NOT NULL,     -- distinct lesson dates; NULL stands for "no date"
  came_on date[] NOT NULL,
  kept_on date[] NOT NULL            -- dates they registered for and came to, not before registering
);
CREATE UNIQUE INDEX lesson_people_person ON hsl.lesson_people (user_id, hsl.key(lesson_type));
CREATE INDEX lesson_people_lesson ON hsl.lesson_people (hsl.key(lesson_type), user_id);

CREATE TABLE hsl.leads (
  user_id bigint PRIMARY KEY,
  last_day date NOT NULL,            -- of the school's zone
  events integer[] NOT NULL          -- on that day, the day before, ... seven days in all
);
CREATE INDEX leads_last_day ON hsl.leads (last_day);

CREATE TABLE hsl.gone (
  user_id bigint NOT NULL,
  revision bigint PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- As hsl.changes: no key of columns alone.
ALTER TABLE hsl.memberships REPLICA IDENTITY FULL;
ALTER TABLE hsl.lesson_people REPLICA IDENTITY FULL;

-- What the definitions read of the facts of the people at hand: read once, handed to each of them.
CREATE TYPE hsl.booked AS (user_id bigint, id integer, username text, first_name text, at timestamptz,
                           course_id integer, course_stream text, confirmed integer, referral_code text);
CREATE TYPE hsl.registered AS (user_id bigint, id integer, username text, first_name text, at timestamptz,
                               email text, lesson_type text, lesson_date date);
-- lesson_type, lesson_date: of a click on a lesson's link.
CREATE TYPE hsl.happened AS (user_id bigint, id integer, username text, first_name text, at timestamptz,
                             lesson_type text, lesson_date date);
