-- user_cache: one row a person with any fact (data model, Users and USER_CACHE).
-- Name: of all the person's rows, the first by username non-empty, first_name non-empty, newest, bookings before
-- registrations before events, highest id; username and first_name come from that same row.
-- course_stream: of the newest active booking. status: from bookings alone. email, referral_code: the newest given.
-- names: every name they ever had, as search compares it, one a line.

CREATE OR REPLACE FUNCTION hsl.searchable(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hsl.fold(translate(name, E'\n\r', '  ')) $$;

CREATE OR REPLACE FUNCTION hsl.first_letter(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN strpos('abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнопрстуфхцчшщъыьэюя',
                                 left(hsl.fold(name), 1)) > 0 AND name <> ''
                    THEN left(hsl.fold(name), 1) ELSE '#' END $$;

CREATE OR REPLACE FUNCTION hsl.define_user_cache(booked hsl.booked[], registered hsl.registered[], happened hsl.happened[])
RETURNS TABLE (user_id bigint, first_letter text, username text, first_name text, course_stream text, status text,
               email text, referral_code text, names text, sort_name text)
LANGUAGE sql STABLE AS $$
WITH named AS NOT MATERIALIZED (
  SELECT b.user_id, b.username, b.first_name, b.at, 1 AS kind, b.id FROM unnest(booked) AS b
  UNION ALL
  SELECT r.user_id, r.username, r.first_name, r.at, 2, r.id FROM unnest(registered) AS r
  UNION ALL
  SELECT e.user_id, e.username, e.first_name, e.at, 3, e.id FROM unnest(happened) AS e
), called AS MATERIALIZED (
  SELECT n.user_id, n.username, n.first_name, max(n.at) AS at FROM named n GROUP BY n.user_id, n.username, n.first_name
), first AS MATERIALIZED (
  SELECT r.*, count(*) OVER (PARTITION BY r.user_id) AS n
  FROM (SELECT c.*, rank() OVER (PARTITION BY c.user_id
                                 ORDER BY (c.username <> '') IS NOT TRUE, (c.first_name <> '') IS NOT TRUE,
                                          c.at DESC NULLS LAST) AS place
        FROM called c) AS r
  WHERE r.place = 1
), person AS (
  SELECT f.user_id, f.username, f.first_name FROM first f WHERE f.n = 1
  UNION ALL
  (SELECT DISTINCT ON (n.user_id) n.user_id, n.username, n.first_name
   FROM first f
   JOIN named n ON n.user_id = f.user_id AND (n.username, n.first_name, n.at) IS NOT DISTINCT FROM (f.username, f.first_name, f.at)
   WHERE f.n > 1
   ORDER BY n.user_id, n.kind, n.id DESC)
), every_name AS (
  SELECT s.user_id, string_agg(s.name, E'\n' ORDER BY s.name COLLATE "C") AS names
  FROM (SELECT DISTINCT c.user_id, hsl.searchable(v.name) AS name
        FROM called c, LATERAL (VALUES (c.username), (c.first_name)) AS v (name) WHERE v.name <> '') AS s
  GROUP BY s.user_id
), standing AS (
  SELECT b.user_id,
         bool_or(b.confirmed = 2) IS TRUE AS paid,
         bool_or(b.confirmed IS DISTINCT FROM -1) AS active
  FROM unnest(booked) AS b GROUP BY b.user_id
), stream AS (
  SELECT DISTINCT ON (b.user_id) b.user_id, b.course_stream
  FROM unnest(booked) AS b WHERE b.confirmed IS DISTINCT FROM -1
  ORDER BY b.user_id, b.at DESC NULLS LAST, b.id DESC
), referral AS (
  SELECT DISTINCT ON (b.user_id) b.user_id, b.referral_code
  FROM unnest(booked) AS b WHERE b.referral_code <> ''
  ORDER BY b.user_id, b.at DESC NULLS LAST, b.id DESC
), mail AS (
  SELECT DISTINCT ON (r.user_id) r.user_id, r.email
  FROM unnest(registered) AS r WHERE r.email <> ''
  ORDER BY r.user_id, r.at DESC NULLS LAST, r.id DESC
)
SELECT p.user_id,
       hsl.first_letter(coalesce(nullif(p.username, ''), p.first_name, '')),
       p.username, p.first_name, s.course_stream,
       CASE WHEN t.paid THEN 'student' WHEN t.active THEN 'pending' WHEN t.user_id IS NOT NULL THEN 'former'
            ELSE 'lead' END,
       m.email, f.referral_code,
       coalesce(n.names, ''),
       -- people without a name come last in the order of names
       coalesce(left(replace(btrim(hsl.searchable(coalesce(nullif(p.first_name, ''), nullif(p.username, '')))),
                             'ё', 'е'), 64), U&'\+10FFFF')
FROM person p
LEFT JOIN every_name n USING (user_id)
LEFT JOIN standing t USING (user_id)
LEFT JOIN stream s USING (user_id)
LEFT JOIN referral f USING (user_id)
LEFT JOIN mail m USING (user_id)
$$;

-- Forgets that bots can't reach them, of who is among the people no more: the rows of unreachable are people alone, and
-- are counted by themselves. Of whom the sender writes in this very moment, merge_deltas forgets it.
CREATE OR REPLACE FUNCTION hsl.forget_unreachable(leaving bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM hsl.unreachable u WHERE u.user_id = ANY (leaving);
EXCEPTION WHEN serialization_failure THEN
  NULL;
END $$;

-- Writes what differs for these people, with a revision each; notes who is gone; the differences go to the totals.
-- Who becomes or ceases to be a member of a stream (moved) gets a new revision too, so that lists of members kept in
-- memory follow.
CREATE OR REPLACE FUNCTION hsl.recompute_user_cache(ids bigint[], booked hsl.booked[], registered hsl.registered[],
                                                    happened hsl.happened[], moved bigint[])
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  leaving bigint[];
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT * FROM hsl.define_user_cache(booked, registered, happened)
  ), old AS MATERIALIZED (
    SELECT * FROM hsl.user_cache c WHERE c.user_id = ANY (ids)
  ), written AS (
    INSERT INTO hsl.user_cache AS c (user_id, first_letter, username, first_name, course_stream, status, email,
                                     referral_code, names, sort_name, revision)
    SELECT f.user_id, f.first_letter, f.username, f.first_name, f.course_stream, f.status, f.email,
           f.referral_code, f.names, f.sort_name, nextval('hsl.revision')
    FROM fresh f LEFT JOIN old o USING (user_id) LEFT JOIN unnest(moved) AS m (user_id) USING (user_id)
    WHERE o.user_id IS NULL OR m.user_id IS NOT NULL
       OR (f.first_letter, f.username, f.first_name, f.course_stream, f.status, f.email, f.referral_code, f.names,
           f.sort_name)
          IS DISTINCT FROM
          (o.first_letter, o.username, o.first_name, o.course_stream, o.status, o.email, o.referral_code, o.names,
           o.sort_name)
    ON CONFLICT (user_id) DO UPDATE SET
      first_letter = excluded.first_letter, username = excluded.username, first_name = excluded.first_name,
      course_stream = excluded.course_stream, status = excluded.status, email = excluded.email,
      referral_code = excluded.referral_code, names = excluded.names, sort_name = excluded.sort_name,
      revision = excluded.revision
  ), removed AS (
    DELETE FROM hsl.user_cache c
    WHERE c.user_id = ANY (ARRAY(SELECT o.user_id FROM old o EXCEPT SELECT f.user_id FROM fresh f))
    RETURNING c.user_id
  ), noted AS (
    INSERT INTO hsl.gone (user_id, revision) SELECT r.user_id, nextval('hsl.revision') FROM removed r
  ), counted AS (
    SELECT v.name, sum(v.n) AS n
    FROM (SELECT f.status, 1 AS n FROM fresh f UNION ALL SELECT o.status, -1 FROM old o) AS p,
         LATERAL (VALUES ('people', p.n), ('status:' || p.status, p.n)) AS v (name, n)
    GROUP BY v.name HAVING sum(v.n) <> 0
  ), summed AS (
    INSERT INTO hsl.deltas (sum, name, n) SELECT 'totals', name, n FROM counted
  )
  SELECT array_agg(r.user_id) INTO leaving FROM removed r;
  IF leaving IS NOT NULL THEN
    PERFORM hsl.forget_unreachable(leaving);
  END IF;
END $$;
