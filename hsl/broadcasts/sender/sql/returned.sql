-- Forgets as unreachable who has done something since: an event that the person made, not one that tells what was done to
-- them. Whoever has no fact since is not looked at further.
DELETE FROM unreachable u
USING user_activity a
WHERE u.bot_id = %(bot)s AND a.user_id = u.user_id AND a.last_seen > u.since
  AND EXISTS (SELECT FROM events e
              WHERE e.user_id = u.user_id AND e.created_at > u.since AND e.event_type NOT LIKE '%%\_sent'
                AND e.event_type NOT IN ('booking_status_changed', 'payment_approved'))
