-- What the rows of people at lessons add to each sum of people: (key, n). Few combinations of days are many people's:
-- each is unnested once.
WITH alike AS MATERIALIZED (
  SELECT lesson_type, registered_on, came_on, kept_on, count(*) AS people,
         count(*) FILTER (WHERE registrations > 0) AS registered, count(*) FILTER (WHERE attendances > 0) AS came,
         count(*) FILTER (WHERE last_came >= first_registered) AS kept
  FROM hsl.lesson_people GROUP BY lesson_type, registered_on, came_on, kept_on
)
SELECT jsonb_build_array('people_registered', lesson_type)::text AS key, sum(registered) AS n FROM alike GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('people_attended', lesson_type)::text, sum(came) FROM alike GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('people_kept', lesson_type)::text, sum(kept) FROM alike GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('people_missed', lesson_type)::text, sum(people) FROM alike
WHERE cardinality(registered_on) > 0 AND cardinality(came_on) = 0 GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('people_registered', lesson_type, d)::text, sum(people)
FROM alike, unnest(registered_on) AS d GROUP BY lesson_type, d
UNION ALL
SELECT jsonb_build_array('people_attended', lesson_type, d)::text, sum(people)
FROM alike, unnest(came_on) AS d GROUP BY lesson_type, d
UNION ALL
SELECT jsonb_build_array('people_kept', lesson_type, d)::text, sum(people)
FROM alike, unnest(kept_on) AS d GROUP BY lesson_type, d
UNION ALL
SELECT jsonb_build_array('people_missed', lesson_type, r.d)::text, sum(people)
FROM alike, unnest(registered_on) AS r (d)
WHERE NOT EXISTS (SELECT FROM unnest(came_on) AS c (d) WHERE c.d IS NOT DISTINCT FROM r.d) GROUP BY lesson_type, r.d
