-- What the sums hold, and what the changes not yet taken will add to them: (key, n).
SELECT jsonb_build_array('totals', name)::text AS key, n FROM hsl.totals_now
UNION ALL
SELECT jsonb_build_array('stream_counts', course_id, course_stream, confirmed)::text, n FROM hsl.stream_counts_now
UNION ALL
SELECT CASE WHEN l.dated THEN jsonb_build_array(v.measure, l.lesson_type, l.lesson_date)
            ELSE jsonb_build_array(v.measure, l.lesson_type) END::text, v.n
FROM hsl.lesson_counts_now l, LATERAL (VALUES ('registrations', l.registrations), ('attendances', l.attendances),
  ('people_registered', l.people_registered), ('people_attended', l.people_attended),
  ('people_kept', l.people_kept), ('people_missed', l.people_missed)) AS v (measure, n)
UNION ALL
SELECT jsonb_build_array('stream_people', course_id, course_stream, status, day)::text, n FROM hsl.stream_people_now
UNION ALL
SELECT jsonb_build_array('lead_counts', day, heat)::text, n FROM hsl.lead_counts_now
UNION ALL
SELECT jsonb_build_array('activity', floor(extract(epoch FROM quarter) / 900)::bigint, kind, type)::text, n
FROM hsl.activity_now
UNION ALL
SELECT jsonb_build_array('activity_days', day, kind, type)::text, n FROM hsl.activity_days_now
UNION ALL
SELECT jsonb_build_array('totals', (ARRAY['bookings', 'registrations', 'events'])[kind])::text, n
FROM hsl.changes WHERE NOT recount
UNION ALL
SELECT jsonb_build_array('stream_counts', course_id, name, confirmed)::text, n
FROM hsl.changes WHERE NOT recount AND kind = 1
UNION ALL
SELECT CASE WHEN d.dated THEN jsonb_build_array('registrations', name, lesson_date)
            ELSE jsonb_build_array('registrations', name) END::text, n
FROM hsl.changes, (VALUES (true), (false)) AS d (dated) WHERE NOT recount AND kind = 2
UNION ALL
SELECT CASE WHEN d.dated THEN jsonb_build_array('attendances', lesson_type,
              coalesce(lesson_date, (quarter AT TIME ZONE (SELECT hsl.zone()))::date))
            ELSE jsonb_build_array('attendances', lesson_type) END::text, n
FROM hsl.changes, (VALUES (true), (false)) AS d (dated) WHERE NOT recount AND kind = 3 AND lesson_type IS NOT NULL
UNION ALL
SELECT jsonb_build_array(v.sum, CASE v.sum WHEN 'activity' THEN to_jsonb(floor(extract(epoch FROM quarter) / 900)::bigint)
                                ELSE to_jsonb((quarter AT TIME ZONE (SELECT hsl.zone()))::date) END,
         (ARRAY['booking', 'registration', 'event'])[kind],
         CASE kind WHEN 1 THEN CASE WHEN confirmed IN (-1, 1, 2) THEN confirmed::text ELSE 'new' END
                   ELSE name END)::text, n
FROM hsl.changes, (VALUES ('activity'), ('activity_days')) AS v (sum) WHERE NOT recount AND quarter IS NOT NULL
