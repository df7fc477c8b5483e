-- Events of a type that lie on no day, so that no sum by days holds them.
SELECT count(*)
FROM events
WHERE event_type = %(event_type)s AND coalesce(created_at, '0001-01-01 00:00:00+00'::timestamptz) = '0001-01-01 00:00:00+00'
