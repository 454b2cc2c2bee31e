"""疑题: one tap under every explanation, and the desk where somebody looks at what is doubted."""

from handlers.doubts.looking import desk
from handlers.doubts.raising import raise_
from handlers.doubts.routes import router

__all__ = ["desk", "raise_", "router"]
