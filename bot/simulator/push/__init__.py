"""From the platform to the bot's webhook: sealing, sending within five seconds, trying again, judging the answer."""
