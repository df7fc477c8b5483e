-- How streams fill, who saw a course's program, who missed a lesson.
--   stream_people    people by course, stream, the status of their membership, and the day since when (of the school's
--                    time zone; NULL where no booking has a time)
--   programme_views  a row a person and course: what it keeps stands in sql/programme_views.sql

CREATE TABLE hsl.stream_people (
  course_id integer NOT NULL,
  course_stream text NOT NULL,
  status integer,                    -- as in memberships
  day date,
  n bigint NOT NULL
);
CREATE UNIQUE INDEX stream_people_key ON hsl.stream_people
  (hsl.key(course_stream), course_id, hsl.key(status::text), coalesce(day, '-infinity'::date));

CREATE TABLE hsl.programme_views (
  user_id bigint NOT NULL,
  course_id integer NOT NULL,
  views integer NOT NULL,
  first_viewed timestamptz NOT NULL, -- '0001-01-02' where none of the events has a time
  last_viewed timestamptz NOT NULL,
  PRIMARY KEY (user_id, course_id)
);
CREATE INDEX programme_views_last ON hsl.programme_views (course_id, last_viewed, user_id);

ALTER TABLE hsl.lesson_counts ADD COLUMN people_missed bigint NOT NULL DEFAULT 0;   -- registered and never came

ALTER TYPE hsl.happened ADD ATTRIBUTE course_id integer;   -- of a look at a course's program

-- As hsl.changes: no key of columns alone.
ALTER TABLE hsl.stream_people REPLICA IDENTITY FULL;

-- Where there are people already: everybody is computed again, and the sums of people are counted again.
LOCK TABLE hsl.gate IN EXCLUSIVE MODE;   -- a fold notes up to which number nobody waits
INSERT INTO hsl.waiting (user_id) SELECT user_id FROM hsl.user_cache ON CONFLICT (user_id) DO NOTHING;
INSERT INTO hsl.recounts (kind, reason) SELECT 0, 'sums of streams' WHERE EXISTS (SELECT FROM hsl.user_cache)
ON CONFLICT (kind) DO NOTHING;
