-- How many registrations there are for a lesson, of a lesson's date.
SELECT coalesce(sum(registrations), 0)
FROM lesson_counts_now
WHERE (%(lesson_type)s::text IS NULL OR lesson_type = %(lesson_type)s)
  AND dated = (%(lesson_date)s::date IS NOT NULL)
  AND (%(lesson_date)s::date IS NULL OR lesson_date = %(lesson_date)s)
