-- memberships: a row a person, course and stream: the best status of the bookings there (2, 1, NULL for new, -1) and
-- since when (the first booking of that status). Members of a stream are those with status 2.

CREATE OR REPLACE FUNCTION hsl.define_memberships(ids bigint[])
RETURNS TABLE (user_id bigint, course_id integer, course_stream text, status integer, since timestamptz)
LANGUAGE sql STABLE AS $$
SELECT DISTINCT ON (b.user_id, coalesce(b.course_id, 0), b.course_stream COLLATE "C")
       b.user_id, coalesce(b.course_id, 0), b.course_stream,
       CASE WHEN b.confirmed IN (2, 1, -1) THEN b.confirmed END,
       coalesce(b.created_at, '0001-01-02 00:00:00+00')
FROM hsl.bookings b
WHERE b.user_id = ANY (ids) AND b.course_stream IS NOT NULL
ORDER BY b.user_id, coalesce(b.course_id, 0), b.course_stream COLLATE "C",
         CASE b.confirmed WHEN 2 THEN 0 WHEN 1 THEN 1 WHEN -1 THEN 3 ELSE 2 END, b.created_at NULLS LAST, b.id
$$;

-- Writes what differs for these people; who becomes or ceases to be a member moves the stream's total, and gets a new
-- revision (unless theirs is one after `drawn`, new already), so that lists of members kept in memory follow.
CREATE OR REPLACE FUNCTION hsl.recompute_memberships(ids bigint[], drawn bigint) RETURNS void LANGUAGE sql AS $$
WITH fresh AS MATERIALIZED (
  SELECT * FROM hsl.define_memberships(ids)
), old AS MATERIALIZED (
  SELECT * FROM hsl.memberships m WHERE m.user_id = ANY (ids)
), written AS (
  INSERT INTO hsl.memberships AS m
  SELECT f.* FROM fresh f EXCEPT ALL SELECT o.* FROM old o
  ON CONFLICT (user_id, course_id, hsl.key(course_stream)) DO UPDATE SET
    status = excluded.status, since = excluded.since
), removed AS (
  DELETE FROM hsl.memberships m
  USING (SELECT o.user_id, o.course_id, hsl.key(o.course_stream) AS stream FROM old o
         EXCEPT
         SELECT f.user_id, f.course_id, hsl.key(f.course_stream) FROM fresh f) AS lost
  WHERE m.user_id = lost.user_id AND m.course_id = lost.course_id
    AND hsl.key(m.course_stream) = lost.stream
), moved AS MATERIALIZED (
  SELECT p.user_id, p.course_stream, sum(p.n) AS n
  FROM (SELECT DISTINCT f.user_id, f.course_stream, 1 AS n FROM fresh f WHERE f.status = 2
        UNION ALL
        SELECT DISTINCT o.user_id, o.course_stream, -1 FROM old o WHERE o.status = 2) AS p
  GROUP BY p.user_id, p.course_stream HAVING sum(p.n) <> 0
), revised AS (
  UPDATE hsl.user_cache c SET revision = nextval('hsl.revision')
  WHERE c.user_id IN (SELECT m.user_id FROM moved m) AND c.revision <= drawn
), counted AS (
  SELECT m.course_stream, sum(m.n) AS n FROM moved m GROUP BY m.course_stream HAVING sum(m.n) <> 0
)
INSERT INTO hsl.deltas (sum, name, n) SELECT 'totals', 'stream:' || course_stream, n FROM counted
$$;
