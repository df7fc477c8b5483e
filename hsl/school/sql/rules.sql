-- What breaks the school's rules, a statement a rule: up to %(examples)s examples in words, on each row how many there
-- are in all, and what it is about (people, stream, email …) by name, for pages to lead there.
-- Read from the projections where they know. Each statement runs by itself, so that no table is held for longer than
-- one scan of it. NULL is never the same as another NULL: a booking without a stream is in no stream, a registration
-- without a lesson or a date is of its own, as in a fresh database's unique indexes.

-- rule: people with two active bookings of one course and stream
SELECT format('user %%s, course %%s, %%s: %%s bookings', user_id, course_id, course_stream, count(*)),
       count(*) OVER (),
       jsonb_build_object('user_ids', ARRAY[user_id], 'course_id', course_id, 'course_stream', course_stream)
FROM hsl.bookings
WHERE user_id IS NOT NULL AND course_id IS NOT NULL AND course_stream IS NOT NULL AND confirmed IS DISTINCT FROM -1
GROUP BY user_id, course_id, course_stream HAVING count(*) > 1
ORDER BY user_id LIMIT %(examples)s;

-- rule: people registered twice for one lesson and date
SELECT format('user %%s, %%s: %%s registrations', l.user_id, l.lesson_type, l.registrations), count(*) OVER (),
       jsonb_build_object('user_ids', ARRAY[l.user_id], 'lesson_type', l.lesson_type)
FROM hsl.lesson_people AS l
WHERE l.registrations > cardinality(l.registered_on) AND l.lesson_type IS NOT NULL
  AND cardinality(array_remove(l.registered_on, NULL)) > 0
  AND (array_position(l.registered_on, NULL) IS NULL OR EXISTS (
    SELECT FROM hsl.free_lesson_registrations AS r
    WHERE r.user_id = l.user_id AND r.lesson_type = l.lesson_type AND r.lesson_date IS NOT NULL
    GROUP BY r.lesson_date HAVING count(*) > 1))
ORDER BY l.user_id LIMIT %(examples)s;

-- rule: emails of more than one person
-- The email that somebody gave last is theirs, large and small letters alike.
SELECT format('%%s: users %%s', min(email), (array_agg(user_id ORDER BY user_id))[:5]), count(*) OVER (),
       jsonb_build_object('user_ids', (array_agg(user_id ORDER BY user_id))[:5], 'email', min(email))
FROM hsl.user_cache WHERE email IS NOT NULL
GROUP BY hsl.key(lower(email)) HAVING count(*) > 1
ORDER BY min(user_id) LIMIT %(examples)s;

-- rule: people registered without an email
SELECT format('user %%s', c.user_id), count(*) OVER (), jsonb_build_object('user_ids', ARRAY[c.user_id])
FROM hsl.user_cache AS c JOIN hsl.user_activity AS a USING (user_id)
WHERE c.email IS NULL AND a.registrations > 0
ORDER BY c.user_id LIMIT %(examples)s;

-- rule: streams that are not listed
SELECT format('course %%s, %%s: %%s bookings', s.course_id, s.course_stream, sum(s.n)), count(*) OVER (),
       jsonb_build_object('course_id', s.course_id, 'course_stream', s.course_stream, 'unlisted', true)
FROM hsl.stream_counts_now AS s
WHERE s.course_stream IS NOT NULL AND NOT EXISTS (
  SELECT FROM hsl.course_streams AS l WHERE l.course_id = s.course_id AND l.course_stream = s.course_stream)
GROUP BY s.course_id, s.course_stream
ORDER BY sum(s.n) DESC LIMIT %(examples)s;

-- rule: bookings neither new, cancelled, pending nor confirmed
SELECT format('confirmed = %%s: %%s bookings', confirmed, sum(n)), sum(sum(n)) OVER (),
       jsonb_build_object('kind', 'booking', 'confirmed', confirmed, 'rows', sum(n))
FROM hsl.stream_counts_now WHERE confirmed NOT IN (-1, 0, 1, 2)
GROUP BY confirmed
ORDER BY confirmed LIMIT %(examples)s;

-- rule: bookings with a discount outside 0 to 100
SELECT format('booking %%s: %%s', id, discount_percent), count(*) OVER (),
       jsonb_build_object('user_ids', array_remove(ARRAY[user_id], NULL), 'booking', id,
                          'value', format('%%s %%%%', discount_percent))
FROM hsl.bookings WHERE discount_percent NOT BETWEEN 0 AND 100
ORDER BY id LIMIT %(examples)s;

-- rule: facts at an impossible time
SELECT format('%%ss: %%s', kind, sum(n)), sum(sum(n)) OVER (),
       jsonb_build_object('kind', kind, 'rows', sum(n), 'time', CASE WHEN quarter < now() THEN 'before' ELSE 'after' END)
FROM hsl.activity_now
WHERE kind IN ('booking', 'registration', 'event')
  AND (quarter <= '0001-01-02 00:00:00+00' OR quarter >= '9999-12-30 00:00:00+00')
GROUP BY kind, quarter < now() HAVING sum(n) > 0
ORDER BY kind, quarter < now() LIMIT %(examples)s;

-- rule: facts without a user_id
SELECT format('%%s: %%s rows without user_id', kind, n), sum(n) OVER (),
       jsonb_build_object('kind', rtrim(kind, 's'), 'nobody', true, 'rows', n)
FROM (SELECT 'bookings' AS kind, count(*) AS n FROM hsl.bookings WHERE user_id IS NULL
      UNION ALL SELECT 'registrations', count(*) FROM hsl.free_lesson_registrations WHERE user_id IS NULL
      UNION ALL SELECT 'events', count(*) FROM hsl.events WHERE user_id IS NULL) AS nobody
WHERE n > 0
ORDER BY kind LIMIT %(examples)s;
