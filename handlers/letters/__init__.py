"""来信: what people tell that is no command, kept, and with their consent passed on to a human being who answers."""

from handlers.letters.desk import queue
from handlers.letters.human import human
from handlers.letters.routes import router
from handlers.letters.story import story

__all__ = ["human", "queue", "router", "story"]
