-- The specification's messaging tables, each made only where it is missing. The foreign key joins them only where both
-- are ours: on a bot's message_history it would change what the bot's own statements do (TRUNCATE, DROP).

DO $$
BEGIN
  IF to_regclass('public.message_history') IS NULL THEN
    CREATE TABLE public.message_history (
      id serial PRIMARY KEY,
      message_text text NOT NULL,
      total_recipients integer NOT NULL DEFAULT 0,
      successful_deliveries integer DEFAULT 0,
      sent_at timestamptz DEFAULT CURRENT_TIMESTAMP,
      created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
      recipient_type text CHECK (recipient_type IN ('individual', 'group')),
      recipient_group text,
      scheduled_at timestamptz
    );
    INSERT INTO hsl.own_tables (name) VALUES ('message_history');
  END IF;

  IF to_regclass('public.message_recipients') IS NULL THEN
    CREATE TABLE public.message_recipients (
      id serial PRIMARY KEY,
      message_id integer NOT NULL,
      user_id bigint NOT NULL,
      username text,
      delivery_status text DEFAULT 'pending'
        CHECK (delivery_status IN ('pending', 'sending', 'sent', 'failed', 'unknown', 'deleted')),
      created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
      telegram_message_id integer
    );
    CREATE INDEX idx_message_recipients_message_id ON public.message_recipients (message_id);
    CREATE INDEX idx_message_recipients_status ON public.message_recipients (message_id, delivery_status);
    CREATE INDEX idx_message_recipients_user_id ON public.message_recipients (user_id);
    INSERT INTO hsl.own_tables (name) VALUES ('message_recipients');
    IF EXISTS (SELECT FROM hsl.own_tables WHERE name = 'message_history') THEN
      ALTER TABLE public.message_recipients ADD CONSTRAINT message_recipients_message_id_fkey
        FOREIGN KEY (message_id) REFERENCES public.message_history (id) ON DELETE CASCADE;
    END IF;
  END IF;
END $$;
