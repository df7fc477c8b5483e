-- Lesson conversion. One row a lesson type that anybody registered for or came to
-- (data model, Lesson Conversion Tracking). A visit whose event names no lesson counts for none.
SELECT
  counted.lesson_type,
  registrations,
  attendances,
  CASE WHEN registrations = 0 THEN 0
       ELSE round((attendances::decimal / registrations::decimal) * 100, 1) END AS conversion_rate,
  people_registered,
  people_attended,
  CASE WHEN people_registered = 0 THEN 0
       ELSE round((people_kept::decimal / people_registered::decimal) * 100, 1) END AS people_conversion_rate,
  people_kept,
  people_missed,
  named.title
FROM (
  SELECT
    lesson_type,
    registrations,
    people_registered,
    CASE WHEN lesson_type IS NULL THEN 0 ELSE attendances END AS attendances,
    CASE WHEN lesson_type IS NULL THEN 0 ELSE people_attended END AS people_attended,
    CASE WHEN lesson_type IS NULL THEN 0 ELSE people_kept END AS people_kept,
    people_missed
  FROM lesson_counts_now
  WHERE NOT dated
) AS counted
LEFT JOIN lessons AS named ON named.lesson_type = counted.lesson_type
WHERE registrations <> 0 OR attendances <> 0
ORDER BY counted.lesson_type COLLATE "C" NULLS LAST
