"""What a web page asks of the platform: who is looking, and leave to use the phone."""
