-- waiting: people to recompute, numbered in order of taking, no longer found by the person: each turn of a busy person
-- left a dead entry under their id while an old snapshot was open, and every fact of theirs met all of them.
ALTER TABLE hsl.waiting DROP CONSTRAINT waiting_user_id_key;
