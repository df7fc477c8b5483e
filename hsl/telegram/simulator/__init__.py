"""Plays the Telegram Bot API over HTTP, for the demo and the tests: its words, its limits, its people, its bad days."""
