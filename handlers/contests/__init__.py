"""擂台: opened and led by a host, entered by a code, played by phone or by a show of hands."""

from handlers.contests import entering, hands, hosting, playing, setting
from handlers.contests.routes import router

__all__ = ["entering", "hands", "hosting", "playing", "router", "setting"]
