-- Hours. One row an hour in which anything came, counted from the moment "start" (0, 1, …), oldest first.
-- Counted from a moment and not by the clock's reading, so that the hour a clock repeats in autumn is two rows.
SELECT
  (extract(epoch FROM quarter - %(start)s::timestamptz)::bigint / 3600)::integer AS bucket,
  coalesce(sum(n) FILTER (WHERE kind = 'person'), 0)::bigint AS new_people,
  coalesce(sum(n) FILTER (WHERE kind = 'registration'), 0)::bigint AS registrations,
  coalesce(sum(n) FILTER (WHERE kind = 'booking'), 0)::bigint AS bookings,
  coalesce(sum(n) FILTER (WHERE kind = 'booking' AND type = '2'), 0)::bigint AS confirmed,
  coalesce(sum(n) FILTER (WHERE kind = 'booking' AND type = '1'), 0)::bigint AS pending,
  coalesce(sum(n) FILTER (WHERE kind = 'booking' AND type = '-1'), 0)::bigint AS cancelled,
  coalesce(sum(n) FILTER (WHERE kind = 'event'), 0)::bigint AS events,
  coalesce(sum(n) FILTER (WHERE kind = 'stage' AND type = 'registered'), 0)::bigint AS people_registered,
  coalesce(sum(n) FILTER (WHERE kind = 'stage' AND type = 'came'), 0)::bigint AS people_came,
  coalesce(sum(n) FILTER (WHERE kind = 'stage' AND type = 'booked'), 0)::bigint AS people_booked,
  coalesce(sum(n) FILTER (WHERE kind = 'stage' AND type = 'paid'), 0)::bigint AS people_paid
FROM activity_now
WHERE quarter >= %(start)s AND quarter < %(end)s
GROUP BY 1
ORDER BY 1
