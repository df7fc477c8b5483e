-- The next people of a group: all of the group from the cursor on, sorted. Quick for a small one.
SELECT user_id
FROM {ordered}
WHERE user_id = ANY (ARRAY({group})) AND {beyond}
ORDER BY {key} {direction}, user_id {direction}
LIMIT %(limit)s
