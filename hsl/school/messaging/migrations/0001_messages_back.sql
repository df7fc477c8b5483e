-- The specification's rollback plan (data model, Migration History): message_recipients, then message_history. Tables
-- that were there before us stay, unless their owner has said otherwise (hsl roll-back-messages --drop-adopted, which
-- sets hsl.drop_adopted_messages for the session).
SET LOCAL lock_timeout = '200ms';

DO $$
DECLARE
  name_ text;
BEGIN
  FOREACH name_ IN ARRAY ARRAY['message_recipients', 'message_history'] LOOP
    IF EXISTS (SELECT FROM hsl.own_tables WHERE name = name_)
       OR current_setting('hsl.drop_adopted_messages', true) = 'yes' THEN
      EXECUTE format('DROP VIEW IF EXISTS hsl.%I', name_);
      EXECUTE format('DROP TABLE IF EXISTS public.%I', name_);
      DELETE FROM hsl.own_tables WHERE name = name_;
    END IF;
  END LOOP;
END $$;
