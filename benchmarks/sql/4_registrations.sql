-- Three registrations for two people, each for another lesson.
INSERT INTO public.free_lesson_registrations (user_id, username, first_name, email, registered_at,
                                              notification_sent, lesson_type, lesson_date)
SELECT user_id, username, first_name, email, registered_at, true, lesson_type, lesson_date
FROM (
  SELECT people.*, lesson_type, lesson_date,
         bench.moment(arrived, until, bench.chance(n, 500 + k)) AS registered_at
  FROM bench.people CROSS JOIN LATERAL generate_series(1, least(bench.times(n, 11, 1.5), 200)) AS k
  JOIN bench.lessons ON lesson = (n * 31 + k) % 209
) AS drawn
ORDER BY registered_at, n;
