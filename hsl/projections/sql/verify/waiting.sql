-- People whose rows can't be compared: they wait to be recomputed, are named by a change, or are set aside.
SELECT user_id FROM hsl.waiting
UNION SELECT user_id FROM hsl.heavy
UNION SELECT user_id FROM hsl.changes WHERE user_id IS NOT NULL
UNION SELECT user_id FROM hsl.set_aside
