-- How many facts of a kind (and of one of these types; NULL: of any) were made from one quarter of an hour up to another.
SELECT coalesce(sum(n), 0)
FROM activity_now
WHERE kind = %(kind)s
  AND (%(types)s::text[] IS NULL OR type = ANY (%(types)s))
  AND (NOT %(other_types)s OR type IS NULL OR type NOT IN ('-1', '1', '2'))
  AND (%(since)s::timestamptz IS NULL OR quarter >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR quarter < %(until)s)
