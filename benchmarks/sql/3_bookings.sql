-- Three bookings for ten people; whoever books again books another stream.
INSERT INTO hsl.course_streams (course_id, course_stream, title)
SELECT 1, course_stream, course_stream FROM bench.streams
ON CONFLICT DO NOTHING;

INSERT INTO public.bookings (user_id, username, first_name, course_id, course_stream, confirmed, created_at,
                             referral_code, discount_percent)
SELECT user_id, username, first_name, 1, course_stream,
       CASE WHEN status < 0.66 THEN 2 WHEN status < 0.8 THEN 1 ELSE -1 END, created_at,
       CASE WHEN referred THEN 'FRIEND' || 5 * (1 + n % 6) END, CASE WHEN referred THEN 5 * (1 + n % 6) END
FROM (
  SELECT DISTINCT ON (n, course_stream) people.*, streams.course_stream, bench.chance(n, 100 + k) AS status,
         bench.moment(arrived, until, bench.chance(n, 200 + k)) AS created_at,
         bench.chance(n, 300 + k) < 0.25 AS referred
  FROM bench.people, LATERAL generate_series(1, least(bench.times(n, 10, 0.333), 4)) AS k,
       LATERAL (SELECT course_stream FROM bench.streams WHERE upto > bench.chance(n, 400 + k)
                ORDER BY upto LIMIT 1) AS streams
) AS drawn
ORDER BY created_at, n;
