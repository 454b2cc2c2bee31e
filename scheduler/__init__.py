"""What happens without anybody speaking first, a file per feature."""

from scheduler import audience, desk, exams, quiz, retention, study

JOBS = (
    audience.refresh,
    retention.purge,
    desk.weekly,
    exams.monthly,
    exams.open_,
    exams.remind,
    exams.close,
    quiz.daily,
    study.festival,
    study.case,
    study.lesson,
    study.season,
    study.comeback,
)
