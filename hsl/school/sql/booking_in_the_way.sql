-- Another active booking of the same person, course and stream.
SELECT id
FROM bookings
WHERE user_id = %(user_id)s AND course_id IS NOT DISTINCT FROM %(course_id)s AND course_stream = %(course_stream)s
  AND confirmed IS DISTINCT FROM -1 AND id <> %(id)s
ORDER BY id
LIMIT 1
