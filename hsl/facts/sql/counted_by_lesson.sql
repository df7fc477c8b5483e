-- How many registrations there are for a lesson, of a lesson's date; without one where that is asked for.
SELECT coalesce(sum(registrations), 0)
FROM lesson_counts_now
WHERE (%(lesson_type)s::text IS NULL OR lesson_type = %(lesson_type)s)
  AND (NOT %(no_lesson)s OR coalesce(lesson_type, '') = '')
  AND dated = (%(lesson_date)s::date IS NOT NULL OR %(no_lesson_date)s)
  AND (%(lesson_date)s::date IS NULL OR lesson_date = %(lesson_date)s)
  AND (NOT %(no_lesson_date)s OR lesson_date IS NULL)
