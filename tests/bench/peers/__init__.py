"""What we are measured against: each a WSGI `app` for gunicorn, as short as its authors would write it."""
