"""The level of messages that a user hears without asking, and that are no warnings."""

NOTICE = 25
