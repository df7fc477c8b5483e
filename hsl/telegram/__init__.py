"""The way to Telegram: what is sent, how it is marked up, the client, what each answer means, and a simulator."""
