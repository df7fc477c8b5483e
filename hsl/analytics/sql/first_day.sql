-- The first day between two, both included, on which anything came: the first of the days kept, off their index, or one
-- that is not merged yet. activity_days_now would be read whole.
SELECT least(
  (SELECT min(day) FROM activity_days WHERE day BETWEEN %(since)s AND %(until)s),
  (SELECT min(day)
   FROM (SELECT (quarter AT TIME ZONE (SELECT zone()))::date AS day FROM fresh_deltas WHERE sum = 'activity') AS fresh
   WHERE day BETWEEN %(since)s AND %(until)s)
)
