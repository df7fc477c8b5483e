-- What operators did to a person and their bookings after a place in the timeline, the newest first.
SELECT t.id, t.at, t.actor, t.act, t.before, t.after,
       EXISTS (SELECT FROM audit AS u WHERE u.undoes_id = t.id) AS undone
FROM audit AS t
WHERE t.subject = 'person:' || %(user_id)s
  AND {after}
UNION ALL
SELECT t.id, t.at, t.actor, t.act, t.before, t.after,
       EXISTS (SELECT FROM audit AS u WHERE u.undoes_id = t.id) AS undone
FROM audit AS t
WHERE t.subject IN (SELECT 'booking:' || b.id FROM bookings AS b WHERE b.user_id = %(user_id)s)
  AND {after}
ORDER BY {order}
LIMIT %(limit)s
