"""What the account sends by itself: by window, template, consent or to everybody."""
