"""What we owe people, carried to them where the platform lets us."""
