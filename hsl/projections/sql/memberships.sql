-- memberships: a row a person, course and stream: the best status of the bookings there (2, 1, NULL for new, -1) and
-- since when (the first booking of that status). Members of a stream are those with status 2; of these it also keeps
-- where they stand in each order of a list: first and last seen, and name, as user_activity and user_cache have them.

CREATE OR REPLACE FUNCTION hsl.define_memberships(booked hsl.booked[])
RETURNS TABLE (user_id bigint, course_id integer, course_stream text, status integer, since timestamptz)
LANGUAGE sql STABLE AS $$
SELECT DISTINCT ON (b.user_id, coalesce(b.course_id, 0), b.course_stream COLLATE "C")
       b.user_id, coalesce(b.course_id, 0), b.course_stream,
       CASE WHEN b.confirmed IN (2, 1, -1) THEN b.confirmed END,
       coalesce(b.at, '0001-01-02 00:00:00+00')
FROM unnest(booked) AS b
WHERE b.course_stream IS NOT NULL
ORDER BY b.user_id, coalesce(b.course_id, 0), b.course_stream COLLATE "C",
         CASE b.confirmed WHEN 2 THEN 0 WHEN 1 THEN 1 WHEN -1 THEN 3 ELSE 2 END, b.at NULLS LAST, b.id
$$;

-- The quarter-hour of a membership's since; NULL where none of the bookings has a time.
CREATE OR REPLACE FUNCTION hsl.since_when(since timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN since > '0001-01-02 00:00:00+00' THEN hsl.quarter(since) END;

-- Writes what differs for these people; the differences go to the sum of people a stream. Who becomes or ceases to be
-- a member moves the stream's total, and is given back.
CREATE OR REPLACE FUNCTION hsl.recompute_memberships(ids bigint[], booked hsl.booked[], OUT moved bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT *, hsl.key(course_stream) AS stream FROM hsl.define_memberships(booked)
  ), old AS MATERIALIZED (
    SELECT m.ctid AS place, m.*, hsl.key(m.course_stream) AS stream
    FROM hsl.memberships m WHERE m.user_id = ANY (ids)
  ), written AS (
    INSERT INTO hsl.memberships AS m (user_id, course_id, course_stream, status, since)
    SELECT f.user_id, f.course_id, f.course_stream, f.status, f.since
    FROM fresh f LEFT JOIN old o USING (user_id, course_id, stream)
    WHERE o.user_id IS NULL OR (f.status, f.since) IS DISTINCT FROM (o.status, o.since)
    ON CONFLICT (user_id, course_id, hsl.key(course_stream)) DO UPDATE SET
      status = excluded.status, since = excluded.since
  ), removed AS (
    DELETE FROM hsl.memberships m
    WHERE m.ctid = ANY (ARRAY(SELECT o.place FROM old o LEFT JOIN fresh f USING (user_id, course_id, stream)
                              WHERE f.user_id IS NULL))
  ), differing AS MATERIALIZED (
    SELECT p.user_id, p.course_stream, sum(p.n) AS n
    FROM (SELECT DISTINCT f.user_id, f.course_stream, 1 AS n FROM fresh f WHERE f.status = 2
          UNION ALL
          SELECT DISTINCT o.user_id, o.course_stream, -1 FROM old o WHERE o.status = 2) AS p
    GROUP BY p.user_id, p.course_stream HAVING sum(p.n) <> 0
  ), counted AS (
    INSERT INTO hsl.deltas (sum, name, n)
    SELECT 'totals', 'stream:' || d.course_stream, sum(d.n) FROM differing d
    GROUP BY d.course_stream HAVING sum(d.n) <> 0
  ), people AS (
    INSERT INTO hsl.deltas (sum, course_id, name, confirmed, quarter, n)
    SELECT 'stream_people', p.course_id, p.course_stream, p.status, hsl.since_when(p.since), sum(p.n)
    FROM (SELECT f.course_id, f.course_stream, f.status, f.since, 1 AS n FROM fresh f
          UNION ALL
          SELECT o.course_id, o.course_stream, o.status, o.since, -1 FROM old o) AS p
    GROUP BY 2, 3, 4, 5 HAVING sum(p.n) <> 0
  )
  SELECT array_agg(DISTINCT d.user_id) INTO moved FROM differing d;
END $$;

-- Writes where members stand in each order of a list, once user_activity and user_cache are written.
CREATE OR REPLACE FUNCTION hsl.recompute_member_orders(members bigint[]) RETURNS void LANGUAGE sql AS $$
UPDATE hsl.memberships AS m
SET first_seen = a.first_seen, last_seen = a.last_seen, sort_name = c.sort_name
FROM hsl.user_activity a, hsl.user_cache c
WHERE m.user_id = ANY (members) AND a.user_id = ANY (members) AND c.user_id = ANY (members) AND m.status = 2
  AND a.user_id = m.user_id AND c.user_id = m.user_id
  AND (m.first_seen, m.last_seen, m.sort_name) IS DISTINCT FROM (a.first_seen, a.last_seen, c.sort_name)
$$;
