"""出题: the mine's own questions, lessons and cases, written, pasted, reviewed and brought before people in chat."""

from handlers.materials.desk import desk
from handlers.materials.pieces import show
from handlers.materials.reviewing import review
from handlers.materials.routes import router
from handlers.materials.unanswered import unanswered
from handlers.materials.writing import written

__all__ = ["desk", "review", "router", "show", "unanswered", "written"]
