"""What `content check` looks for beyond form: the law behind it, the room on a phone, likeness, balance, review."""
