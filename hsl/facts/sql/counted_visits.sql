-- How many visits to a lesson there were, in all, of one of its dates, or of none.
SELECT coalesce(sum(attendances), 0)
FROM lesson_counts_now
WHERE lesson_type = %(lesson_type)s
  AND dated = (%(lesson_date)s::date IS NOT NULL OR %(no_lesson_date)s)
  AND (NOT dated OR lesson_date IS NOT DISTINCT FROM %(lesson_date)s)
