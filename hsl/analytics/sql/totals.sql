-- Totals. One row: how much there is in all, and how the bookings stand.
-- people and non_course_users count distinct user_ids; the rest count facts, those without a user_id too.
SELECT
  groups.people,
  groups.non_course_users,
  groups.registrations,
  groups.events,
  bookings.total,
  bookings.confirmed,
  bookings.pending,
  bookings.cancelled
FROM (
  SELECT
    coalesce(sum(n) FILTER (WHERE name = 'people'), 0)::bigint AS people,
    coalesce(sum(n) FILTER (WHERE starts_with(name, 'status:') AND name <> 'status:student'), 0)::bigint
      AS non_course_users,
    coalesce(sum(n) FILTER (WHERE name = 'registrations'), 0)::bigint AS registrations,
    coalesce(sum(n) FILTER (WHERE name = 'events'), 0)::bigint AS events
  FROM totals_now
) AS groups
CROSS JOIN (
  SELECT
    coalesce(sum(n), 0)::bigint AS total,
    coalesce(sum(n) FILTER (WHERE confirmed = 2), 0)::bigint AS confirmed,
    coalesce(sum(n) FILTER (WHERE confirmed = 1), 0)::bigint AS pending,
    coalesce(sum(n) FILTER (WHERE confirmed = -1), 0)::bigint AS cancelled
  FROM stream_counts_now
) AS bookings
