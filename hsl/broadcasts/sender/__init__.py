"""The sender: claims recipients, writes to them within the bot's budget, settles what became of each.

docs/sender.md has the protocol."""
