-- How many facts of a kind (and of one of these types; NULL: of any) were made on these days of the school's zone.
SELECT coalesce(sum(n), 0)
FROM activity_days_now
WHERE kind = %(kind)s
  AND (%(types)s::text[] IS NULL OR type = ANY (%(types)s))
  AND (NOT %(other_types)s OR type IS NULL OR type NOT IN ('-1', '1', '2'))
  AND (%(first)s::date IS NULL OR day >= %(first)s)
  AND (%(last)s::date IS NULL OR day <= %(last)s)
