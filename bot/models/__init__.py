"""The tables, a file per feature; nothing here decides.

Glossary, translated once: 承诺 pledge · 打卡 check-in · 公示 public wall · 支部 branch · 党小组 group · 区队 section ·
班组 crew · 班次 shift · 工种 trade · 题 question · 一次出题 ask · 台账 ledger · 调度室 dispatcher · 工号 staff number ·
花名册 roster · 绑定 joining (to bind) · 授权 grant · 来信 letter · 政治面貌 political status ·
自编材料 material · 审 review · 疑题 doubt · 知识点 point · 考试 exam · 擂台 contest · 学习 study · 案例 case ·
班前会 pre-shift meeting · 班前包 pack · 负担 demand (what is asked of a person).
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
from bot.models.mine import CrewShift, Grant, Member, Unit
from bot.models.outbox import OutboxItem
from bot.models.pages import Page
from bot.models.people import Consent, Person
from bot.models.schedule import JobSetting, JobTrouble, ScheduleLeader, ScheduleRun
from bot.models.study.contests import Contest, ContestAnswer, ContestHands, ContestPlayer, ContestTeam
from bot.models.study.exams import Attempt, Exam, ExamAnswer, TrainingRecord
from bot.models.study.quiz import Ask, Run
from bot.models.study.reading import Demand, Overrun, Reading
from bot.models.study.spacing import Memory
from bot.models.tokens import Token

__all__ = [
    "Ask", "Attempt", "AuditLine", "Base", "Consent", "Contest", "ContestAnswer", "ContestHands",
    "ContestPlayer", "ContestTeam", "CrewShift", "DangerCall", "Demand", "Dialog", "Doubt", "Exam",
    "ExamAnswer", "Grant", "InboxMessage", "JobSetting", "JobTrouble", "KnownName", "Letter", "LetterLine",
    "Material", "MaterialReview", "MaterialVersion", "Member", "Memory", "OutboxItem", "Overrun", "Page",
    "Person", "QuestionVersion", "Reading", "Run", "ScheduleLeader", "ScheduleRun", "ShelfState", "Token", "TrainingRecord",
    "Unanswered", "Unfinished", "Unit",
]  # fmt: skip
