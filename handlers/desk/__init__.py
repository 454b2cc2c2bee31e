"""管理: what a secretary or a crew leader needs at hand, without anybody's name in it."""

from handlers.desk import burden, forgetting, manage, pack
from handlers.desk.routes import router

__all__ = ["burden", "forgetting", "manage", "pack", "router"]
