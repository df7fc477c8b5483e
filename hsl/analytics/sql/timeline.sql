-- Timeline. One row a day, week or month of the school's zone in which anything came, oldest first.
-- Weeks begin on Monday. A bucket at an end of the period counts only its days within the period.
SELECT
  date_trunc(%(unit)s, day::timestamp)::date AS bucket,
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
FROM activity_days_now
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY 1
ORDER BY 1
