-- Dates of a lesson. One row a date of one lesson type that anybody registered for or came to, the latest first and
-- what has no date last; as many as "limit", from the one before "before" on.
SELECT lesson_date, registrations, attendances, people_registered, people_attended, people_kept, people_missed
FROM lesson_counts_now
WHERE dated
  AND lesson_type = %(lesson_type)s
  AND (%(before)s::date IS NULL OR coalesce(lesson_date, '-infinity') < %(before)s)
  AND (registrations <> 0 OR attendances <> 0)
ORDER BY lesson_date DESC NULLS LAST
LIMIT %(limit)s
