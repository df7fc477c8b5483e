-- Of the people whose facts are in the copies at hand, those whose row in user_cache is not what the specification's deduplication (its ORDER BY made
-- definite), its categorisation and the design's rules say of their facts. Not the fold's text: it must not vouch for itself. Of our functions this
-- calls hsl.fold alone, by which everybody who searches folds too.
WITH facts AS (
  SELECT user_id, username, first_name, created_at AS at, 1 AS source, id FROM bookings
  WHERE user_id != ALL (%(aside)s)
  UNION ALL
  SELECT user_id, username, first_name, registered_at, 2, id FROM free_lesson_registrations
  WHERE user_id != ALL (%(aside)s)
  UNION ALL
  SELECT user_id, username, first_name, created_at, 3, id FROM events
  WHERE user_id != ALL (%(aside)s)
), people AS (
  SELECT DISTINCT ON (user_id) user_id, username, first_name
  FROM facts
  ORDER BY user_id,
           CASE WHEN username IS NOT NULL AND username != '' THEN 1 ELSE 2 END,
           CASE WHEN first_name IS NOT NULL AND first_name != '' THEN 1 ELSE 2 END,
           at DESC NULLS LAST, source, id DESC
), named AS (
  SELECT *, CASE WHEN username != '' THEN username ELSE first_name END AS indexed,
         CASE WHEN first_name != '' THEN first_name ELSE username END AS shown
  FROM people
), every_name AS (
  SELECT user_id, array_agg(DISTINCT hsl.fold(regexp_replace(name, '[\n\r]', ' ', 'g')) COLLATE "C") AS names
  FROM (SELECT user_id, username AS name FROM facts UNION SELECT user_id, first_name FROM facts) AS either
  WHERE name != '' GROUP BY user_id
), expected AS (
  SELECT p.user_id, p.username, p.first_name,
         (SELECT b.course_stream FROM bookings b
          WHERE b.user_id = p.user_id AND (b.confirmed IS NULL OR b.confirmed != -1)
          ORDER BY b.created_at DESC NULLS LAST, b.id DESC LIMIT 1) AS course_stream,
         CASE WHEN EXISTS (SELECT FROM bookings b WHERE b.user_id = p.user_id AND b.confirmed = 2) THEN 'student'
              WHEN EXISTS (SELECT FROM bookings b WHERE b.user_id = p.user_id
                           AND (b.confirmed IS NULL OR b.confirmed != -1)) THEN 'pending'
              WHEN EXISTS (SELECT FROM bookings b WHERE b.user_id = p.user_id) THEN 'former'
              ELSE 'lead' END AS status,
         (SELECT r.email FROM free_lesson_registrations r WHERE r.user_id = p.user_id AND r.email != ''
          ORDER BY r.registered_at DESC NULLS LAST, r.id DESC LIMIT 1) AS email,
         (SELECT b.referral_code FROM bookings b WHERE b.user_id = p.user_id AND b.referral_code != ''
          ORDER BY b.created_at DESC NULLS LAST, b.id DESC LIMIT 1) AS referral_code,
         coalesce(array_to_string(n.names, E'\n'), '') AS names,
         CASE WHEN left(hsl.fold(p.indexed), 1) COLLATE "C" ~ '[a-zа-яё]' THEN left(hsl.fold(p.indexed), 1) ELSE '#' END
           AS first_letter,
         CASE WHEN p.shown != '' THEN substr(translate(btrim(hsl.fold(p.shown), E' \n\r'), E'\n\rё', '  е'), 1, 64)
              ELSE chr(1114111) END AS sort_name  -- the last character there is
  FROM named p LEFT JOIN every_name n USING (user_id)
), kept AS (
  SELECT user_id, username, first_name, course_stream, status, email, referral_code, names, first_letter, sort_name
  FROM hsl.user_cache WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
)
SELECT coalesce(e.user_id, k.user_id) AS user_id, to_jsonb(k) AS kept, to_jsonb(e) AS facts
FROM expected e FULL JOIN kept k USING (user_id)
WHERE (k.username, k.first_name, k.course_stream, k.status, k.email, k.referral_code, k.names, k.first_letter,
       k.sort_name, k.user_id)
      IS DISTINCT FROM
      (e.username, e.first_name, e.course_stream, e.status, e.email, e.referral_code, e.names, e.first_letter,
       e.sort_name, e.user_id)
