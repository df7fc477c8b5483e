-- What breaks the school's rules: per rule up to %(examples)s examples, and on each row how many there are in all. Read from
-- the projections where they know, so that no fact table is held for long: bookings alone are scanned.

(SELECT 'people with two active bookings of one course and stream' AS rule,
        format('user %%s, course %%s, %%s: %%s bookings', user_id, course_id, coalesce(course_stream, 'no stream'),
               count(*)) AS example,
        count(*) OVER () AS n
 FROM hsl.bookings WHERE user_id IS NOT NULL AND confirmed IS DISTINCT FROM -1
 GROUP BY user_id, course_id, course_stream HAVING count(*) > 1
 ORDER BY user_id LIMIT %(examples)s)

UNION ALL
(SELECT 'people registered twice for one lesson and date',
        format('user %%s, %%s: %%s registrations', user_id, coalesce(lesson_type, 'no lesson type'), registrations),
        count(*) OVER ()
 FROM hsl.lesson_people WHERE registrations > cardinality(registered_on)
 ORDER BY user_id LIMIT %(examples)s)

UNION ALL
(SELECT 'emails of more than one person',
        format('%%s: users %%s', min(email), (array_agg(user_id ORDER BY user_id))[:5]), count(*) OVER ()
 FROM hsl.user_cache WHERE email IS NOT NULL
 GROUP BY hsl.key(email) HAVING count(*) > 1
 ORDER BY min(user_id) LIMIT %(examples)s)

UNION ALL
(SELECT 'people registered without an email', format('user %%s', c.user_id), count(*) OVER ()
 FROM hsl.user_cache AS c JOIN hsl.user_activity AS a USING (user_id)
 WHERE c.email IS NULL AND a.registrations > 0
 ORDER BY c.user_id LIMIT %(examples)s)

UNION ALL
(SELECT 'streams that are not listed',
        format('course %%s, %%s: %%s bookings', s.course_id, s.course_stream, sum(s.n)), count(*) OVER ()
 FROM hsl.stream_counts_now AS s
 WHERE s.course_stream IS NOT NULL AND NOT EXISTS (
   SELECT FROM hsl.course_streams AS l WHERE l.course_id = s.course_id AND l.course_stream = s.course_stream)
 GROUP BY s.course_id, s.course_stream
 ORDER BY sum(s.n) DESC LIMIT %(examples)s)

UNION ALL
(SELECT 'bookings neither new, cancelled, pending nor confirmed',
        format('confirmed = %%s: %%s bookings', confirmed, sum(n)), sum(sum(n)) OVER ()
 FROM hsl.stream_counts_now WHERE confirmed NOT IN (-1, 0, 1, 2)
 GROUP BY confirmed
 ORDER BY confirmed LIMIT %(examples)s)

UNION ALL
(SELECT 'bookings with a discount outside 0 to 100', format('booking %%s: %%s', id, discount_percent), count(*) OVER ()
 FROM hsl.bookings WHERE discount_percent NOT BETWEEN 0 AND 100
 ORDER BY id LIMIT %(examples)s)

UNION ALL
(SELECT 'facts at an impossible time', format('%%ss: %%s', kind, sum(n)), sum(sum(n)) OVER ()
 FROM hsl.activity_now
 WHERE kind IN ('booking', 'registration', 'event')
   AND (quarter <= '0001-01-02 00:00:00+00' OR quarter >= '9999-12-30 00:00:00+00')
 GROUP BY kind HAVING sum(n) > 0
 ORDER BY kind LIMIT %(examples)s)

UNION ALL
(SELECT 'facts without a user_id', format('%%s: %%s rows without user_id', kind, n), sum(n) OVER ()
 FROM (SELECT 'bookings' AS kind, count(*) AS n FROM hsl.bookings WHERE user_id IS NULL
       UNION ALL SELECT 'registrations', count(*) FROM hsl.free_lesson_registrations WHERE user_id IS NULL
       UNION ALL SELECT 'events', count(*) FROM hsl.events WHERE user_id IS NULL) AS nobody
 WHERE n > 0
 ORDER BY kind LIMIT %(examples)s)
