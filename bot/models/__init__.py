"""The tables, a file per feature; nothing here decides.

Glossary, translated once: 承诺 pledge · 打卡 check-in · 公示 public wall · 支部 branch · 党小组 group · 区队 section ·
班组 crew · 班次 shift · 工种 trade · 题 question · 一次出题 ask · 台账 ledger · 调度室 dispatcher · 工号 staff number ·
花名册 roster · 绑定 joining (to bind) · 授权 grant · 来信 letter · 政治面貌 political status ·
自编材料 material · 审 review · 疑题 doubt.
"""

from bot.models.audit import AuditLine
from bot.models.base import Base
from bot.models.danger import DangerCall
from bot.models.dialogs import Dialog
from bot.models.doubts import Doubt, Unanswered
from bot.models.inbox import InboxMessage
from bot.models.letters import Letter, LetterLine
from bot.models.materials import (
    KnownName,
    Material,
    MaterialReview,
    MaterialVersion,
    QuestionVersion,
    ShelfState,
    Unfinished,
)
from bot.models.mine import Grant, Member, Unit
from bot.models.outbox import OutboxItem
from bot.models.pages import Page
from bot.models.people import Consent, Person
from bot.models.quiz import Ask
from bot.models.schedule import ScheduleRun
from bot.models.tokens import Token

__all__ = [
    "Ask", "AuditLine", "Base", "Consent", "DangerCall", "Dialog", "Doubt", "Grant",
    "InboxMessage", "KnownName", "Letter", "LetterLine", "Material", "MaterialReview", "MaterialVersion", "Member",
    "OutboxItem", "Page", "Person", "QuestionVersion", "ScheduleRun", "ShelfState", "Token", "Unanswered",
    "Unfinished", "Unit",
]  # fmt: skip
