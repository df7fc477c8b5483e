-- What the pages read by: where a message's recipients begin, and the deliveries that something is to be said of. Those
-- that went well are not in the index, and cost nothing there.
ALTER TABLE hsl.broadcasts ADD COLUMN first_recipient integer NOT NULL DEFAULT 0;
CREATE INDEX deliveries_reason ON hsl.deliveries (message_id, reason, recipient_id) WHERE reason <> '';
