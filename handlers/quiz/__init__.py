"""每日一题: one question, one answer, why it is so, and one more for who wants it."""

from handlers.quiz.routes import router

__all__ = ["router"]
