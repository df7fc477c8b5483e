-- programme_views: a row a person and course whose program they looked at (an event view_program with that
-- details.course_id): how often, first and last. Events that name no course, by no whole number, count for none.

CREATE OR REPLACE FUNCTION hsl.define_programme_views(happened hsl.happened[])
RETURNS TABLE (user_id bigint, course_id integer, views integer, first_viewed timestamptz, last_viewed timestamptz)
LANGUAGE sql STABLE AS $$
SELECT e.user_id, e.course_id, count(*)::integer,
       coalesce(min(e.at), '0001-01-02 00:00:00+00'), coalesce(max(e.at), '0001-01-02 00:00:00+00')
FROM unnest(happened) AS e WHERE e.course_id IS NOT NULL GROUP BY e.user_id, e.course_id
$$;

-- Writes what differs for these people; who looked last in another quarter-hour moves in the sum of viewers.
CREATE OR REPLACE FUNCTION hsl.recompute_programme_views(ids bigint[], happened hsl.happened[])
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT * FROM hsl.define_programme_views(happened)
  ), old AS MATERIALIZED (
    SELECT v.ctid AS place, v.* FROM hsl.programme_views v WHERE v.user_id = ANY (ids)
  ), differing AS MATERIALIZED (
    SELECT f, o, o.place FROM fresh f FULL JOIN old o USING (user_id, course_id)
    WHERE (f.views, f.first_viewed, f.last_viewed) IS DISTINCT FROM (o.views, o.first_viewed, o.last_viewed)
  ), added AS (
    INSERT INTO hsl.programme_views (user_id, course_id, views, first_viewed, last_viewed)
    SELECT (d.f).user_id, (d.f).course_id, (d.f).views, (d.f).first_viewed, (d.f).last_viewed
    FROM differing d WHERE d.place IS NULL
  ), changed AS (
    UPDATE hsl.programme_views v
    SET views = (d.f).views, first_viewed = (d.f).first_viewed, last_viewed = (d.f).last_viewed
    FROM differing d
    WHERE v.ctid = ANY (ARRAY(SELECT place FROM differing)) AND v.ctid = d.place AND (d.f).user_id IS NOT NULL
  ), removed AS (
    DELETE FROM hsl.programme_views v
    WHERE v.ctid = ANY (ARRAY(SELECT d.place FROM differing d WHERE (d.f).user_id IS NULL))
  ), moved AS (
    SELECT (d.f).course_id, (d.f).last_viewed, 1 AS n FROM differing d
    UNION ALL SELECT (d.o).course_id, (d.o).last_viewed, -1 FROM differing d
  )
  INSERT INTO hsl.deltas (sum, measure, name, quarter, n)
  SELECT 'activity', 'viewer', m.course_id::text, hsl.quarter(m.last_viewed), sum(m.n)
  FROM moved m WHERE m.last_viewed > '0001-01-02 00:00:00+00' GROUP BY 3, 4 HAVING sum(m.n) <> 0;
END $$;
